import { colorOf } from 'kith-shared'

/** Initials on the person's colour, which is the same on every screen. Mute: the name stands near. */
export const Avatar = (props: { id: string; name: string; color?: string; size: number }) => (
  <span
    className="avatar"
    aria-hidden="true"
    style={{
      backgroundColor: props.color ?? colorOf(props.id),
      width: props.size,
      height: props.size,
      fontSize: Math.round(props.size * 0.4),
    }}
  >
    {initialsOf(props.name)}
  </span>
)

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
