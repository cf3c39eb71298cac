import type { ReactNode } from 'react'

/** Something that the palette offers. */
export interface Command {
  readonly id: string
  readonly words: string
  /** Other words by which it is looked for. */
  readonly also?: string
  /** The key that does the same, as in `KEYS`. */
  readonly keys?: string
  readonly icon: ReactNode
  run(): void
}

/** Those in which every word of `search` begins some word; whose own words do, first. */
export const matching = <One extends Pick<Command, 'words' | 'also'>>(
  commands: readonly One[],
  search: string,
): readonly One[] => {
  const terms = wordsOf(search)
  if (terms.length === 0) return commands
  const fits = (text: string): boolean => {
    const words = wordsOf(text)
    return terms.every((term) => words.some((word) => word.startsWith(term)))
  }
  const own = commands.filter(({ words }) => fits(words))
  const others = commands.filter(
    (command) => !own.includes(command) && fits(`${command.words} ${command.also ?? ''}`),
  )
  return [...own, ...others]
}

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
