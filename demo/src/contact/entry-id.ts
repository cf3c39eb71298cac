import { idFromBytes } from 'kith-shared'

/**
 * Later entries are shown in the order of their ids, on every replica: so an id begins with the
 * time, and an entry stays where it was begun.
 */
export const newEntryId = (): string => {
  const time = Date.now().toString(36).padStart(9, '0')
  return `${time}-${idFromBytes(crypto.getRandomValues(new Uint8Array(12)))}`
}
