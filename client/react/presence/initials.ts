/** First letters of the first and the last word, of numbers only where there is nothing else. */
export const initialsOf = (name: string): string => {
  const all = name.split(/\s+/)
  const worded = all.filter((word) => /\p{L}/u.test(word))
  const words = worded.length > 0 ? worded : all.filter((word) => /\p{N}/u.test(word))
  const first = firstLetter(words[0])
  return (words.length > 1 ? first + firstLetter(words.at(-1)) : first) || '?'
}

const firstLetter = (word: string | undefined): string =>
  /[\p{L}\p{N}]\p{M}*/u.exec(word ?? '')?.[0].toLocaleUpperCase() ?? ''
