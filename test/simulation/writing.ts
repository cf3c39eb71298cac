/** One edit such as a person makes, which writes its token or, now and then, deletes something. */
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
import { pick, type Random } from '../harness/team.js'
import { inked, type Token, tokensIn } from './token.js'

export interface Written {
  /** What a person would say was touched. */
  touches: string[]
  /** Whether the token is in it. */
  hasToken: boolean
  /** Tokens that it takes away again. */
  deletes: Token[]
  /** Whose value it takes the place of. */
  key: string | undefined
}

const FIELDS = ['company', 'title', 'nickname'] as const

/** Undefined where nothing was changed. Reads and writes in one task, as a click does. */
export const write = (
  doc: Y.Doc,
  random: Random,
  now: number,
  token: Token,
): Written | undefined => {
  let isChanged = false
  const changed = () => {
    isChanged = true
  }
  doc.on('update', changed)
  try {
    const written = anyOf(doc, random, now, token)
    return isChanged ? written : undefined
  } catch (error) {
    // What somebody hostile created may be no contact.
    if (error instanceof InvalidValue) return undefined
    throw error
  } finally {
    doc.off('update', changed)
  }
}

const idFrom = (random: Random, prefix: string): string =>
  `${prefix}${Math.floor(random() * 2 ** 40).toString(36)}`

const anyOf = (doc: Y.Doc, random: Random, now: number, token: Token): Written => {
  const known = [...doc.getMap('contacts').keys()].filter(isContactId)
  const ink = inked(token)
  const dice = random()
  if (known.length === 0 || dice < 0.08) {
    const id = idFrom(random, 'c') as ContactId // base 36 fits the pattern of ids
    createContact(doc, id, { name: `Ana ${ink}` }, { now, newId: () => idFrom(random, 'e') })
    return { touches: [id], hasToken: true, deletes: [], key: undefined }
  }
  const id = pick(random, known)
  if (dice < 0.4) {
    const field = pick(random, FIELDS)
    setField(doc, id, field, ink)
    const key = `${id}/${field}`
    return { touches: [key], hasToken: true, deletes: [], key }
  }
  if (dice < 0.5) {
    addTag(doc, id, ink)
    const key = `${id}/tags/${ink}`
    return { touches: [key], hasToken: true, deletes: [], key }
  }
  if (dice < 0.6) {
    const note = idFrom(random, 'n') as NoteId // as above
    addNote(doc, note, id, `note ${ink}`, now)
    return { touches: [note], hasToken: true, deletes: [], key: undefined }
  }
  if (dice < 0.88) return letters(doc, id, random, ink)
  return takeAway(doc, id, random, now)
}

/** At a token's edge, so that none is torn. */
const letters = (doc: Y.Doc, id: ContactId, random: Random, ink: string): Written => {
  const text = aboutText(doc, id)
  const shown = text.toString()
  const edges = [
    0,
    ...Array.from(shown.matchAll(/~ki\d+~/g), ({ 0: all, index }) => index + all.length),
  ]
  text.insert(pick(random, edges), ink)
  return { touches: [`about/${id}`], hasToken: true, deletes: [], key: undefined }
}

const takeAway = (doc: Y.Doc, id: ContactId, random: Random, now: number): Written => {
  const none = { hasToken: false, deletes: [], key: undefined }
  const text = aboutText(doc, id)
  const shown = text.toString()
  const tokens = tokensIn(shown)
  const dice = random()
  if (dice < 0.6 && tokens.length > 0) {
    const token = pick(random, tokens)
    text.delete(shown.indexOf(inked(token)), inked(token).length)
    return { ...none, touches: [`about/${id}`], deletes: [token] }
  }
  const tag = [...doc.getMap('fields').keys()].find((key) => key.startsWith(`${id}/tags/`))
  if (dice < 0.8 && tag !== undefined) {
    removeTag(doc, id, tag.slice(`${id}/tags/`.length))
    return { ...none, touches: [tag], key: tag }
  }
  deleteContact(doc, id, now)
  return { ...none, touches: [`${id}/deletedAt`] }
}
