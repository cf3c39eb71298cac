/** "Ana is typing…", "3 people are typing…"; '' where nobody does. */
export const typingWords = (names: readonly string[]): string => {
  const [first] = names
  if (first === undefined) return ''
  return names.length === 1 ? `${first} is typing…` : `${names.length} people are typing…`
}
