/**
 * People at work on one document, in memory: each device is a Y.Doc whose edits come out as
 * updates, drawn from a seeded generator. Shared by the gate's tests and the simulation.
 */
import {
  aboutText,
  addNote,
  addTag,
  type ContactId,
  createContact,
  deleteContact,
  InvalidValue,
  isContactId,
  type NoteId,
  removeTag,
  setField,
} from 'kith-shared'
import type * as Y from 'yjs'

export type Random = () => number

export const pick = <T>(random: Random, list: readonly T[]): T => {
  const item = list[Math.floor(random() * list.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

const idFrom = (random: Random, prefix: string): string =>
  `${prefix}${Math.floor(random() * 2 ** 40).toString(36)}`

const contactIds = (doc: Y.Doc): ContactId[] =>
  [...doc.getMap('contacts').keys()].filter(isContactId)

const WORDS = ['Ana', 'Bo', 'Åse', 'Zoë', '李', '🙂', 'van der Berg', '', 'O’Neil']

/** One edit such as a person makes; what it writes depends on the random numbers alone. */
export const editAtRandom = (doc: Y.Doc, random: Random, now: number): void => {
  const known = contactIds(doc)
  const dice = random()
  if (known.length === 0 || dice < 0.15) {
    const id = idFrom(random, 'c') as ContactId // base 36 fits the pattern of ids
    const tags = [pick(random, ['team', 'vip', 'press'])]
    const name = `${pick(random, WORDS)} ${Math.floor(random() * 100)}`
    createContact(doc, id, { name, tags }, { now, newId: () => idFrom(random, 'e') })
    return
  }
  const id = pick(random, known)
  if (dice < 0.5) {
    const field = pick(random, ['company', 'title', 'nickname'] as const)
    setField(doc, id, field, `${pick(random, WORDS)}${Math.floor(random() * 1000)}`)
  } else if (dice < 0.6) addTag(doc, id, pick(random, ['blue', 'red', 'Grün']))
  else if (dice < 0.65) removeTag(doc, id, pick(random, ['blue', 'red', 'team']))
  else if (dice < 0.75) {
    addNote(doc, idFrom(random, 'n') as NoteId, id, `note ${pick(random, WORDS)}!`, now)
  } else if (dice < 0.95) editText(aboutText(doc, id), random)
  else deleteContact(doc, id, now)
}

/** The same among hostile people: what their bytes created may be no contact, and nobody edits it. */
export const editIfThere = (doc: Y.Doc, random: Random, now: number): void => {
  try {
    editAtRandom(doc, random, now)
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
  }
}

const editText = (text: Y.Text, random: Random): void => {
  const at = Math.floor(random() * (text.length + 1))
  if (text.length > 3 && random() < 0.3) text.delete(Math.min(at, text.length - 2), 2)
  else text.insert(at, `${pick(random, WORDS)} `)
}

/** Content as plain JSON, for comparing replicas. */
export const contentOf = (doc: Y.Doc): unknown => ({
  contacts: doc.getMap('contacts').toJSON(),
  fields: doc.getMap('fields').toJSON(),
  notes: doc.getMap('notes').toJSON(),
  about: contactIds(doc)
    .sort()
    .map((id) => [id, aboutText(doc, id).toString()]),
})
