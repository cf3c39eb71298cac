import type { Person } from '../use-presence.js'
import { fieldName } from './field-name.js'

/**
 * "Bruno, idle, editing Phone of Ana Ruiz": the words that a dot and a colour stand for.
 * `contactName` is `undefined` where the contact is not here (yet).
 */
export const presenceWords = (person: Person, contactName: string | undefined): string => {
  const { name, status, editing, typing, isSelf } = person
  const state = status === 'offline' ? 'not connected' : status
  // What I do myself is no news to me.
  if (isSelf) return status === 'online' ? `${name} (you)` : `${name} (you), ${state}`
  const present = status === 'online' ? name : `${name}, ${state}`
  if (editing === null) return status === 'online' ? `${name}, here now` : present
  const where = fieldName(editing.field)
  const what = contactName ? `${where} of ${contactName}` : where
  return `${present}, ${typing ? 'typing in' : 'editing'} ${what}`
}

/** "Bruno is here", "Bruno and 2 more are here". */
export const joinedWords = (names: readonly string[]): string => {
  const [first, ...rest] = names
  if (first === undefined) return ''
  return rest.length === 0 ? `${first} is here` : `${first} and ${rest.length} more are here`
}
