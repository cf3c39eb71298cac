/** Hands a file to the person, as a download. */
export const saveFile = (name: string, type: string, content: BlobPart): void => {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** What no file system minds; '' where nothing is left of the name. */
export const plainName = (name: string): string => {
  const plain = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')
  // By letters: half of one that takes two units is none.
  return [...plain].slice(0, 60).join('')
}

/** `team-contacts-2026-11-22.csv`. */
export const fileName = (name: string, day: Date, ending: string): string => {
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
  return `${plainName(name) || 'contacts'}-${date}.${ending}`
}
