import { type ContactId, NOTES, type NoteId, readNote } from 'kith-shared'
import type * as Y from 'yjs'
import type { FieldPlace, UndoAction } from '../api.js'
import { TextChange } from './text-change.js'
import { DELETED, type ValueChange } from './value-change.js'

/** What one undo takes back. */
export interface Step {
  readonly id: number
  readonly values: Map<string, ValueChange>
  readonly texts: Map<ContactId, TextChange>
  /** Of an action that takes several transactions, such as an import. */
  readonly batch: unknown
  /** Typed; a further key at the same place, soon after, belongs to it. */
  readonly isTyping: boolean
  /** When it was last added to. */
  at: number
  /** Once it was asked for, until more is added. */
  action?: UndoAction
}

export interface Changes {
  values: readonly ValueChange[]
  texts: readonly { contactId: ContactId; change: Parameters<TextChange['add']> }[]
}

export const addTo = (step: Step, { values, texts }: Changes): void => {
  delete step.action
  for (const change of values) {
    const earlier = step.values.get(change.key)
    if (earlier === undefined) step.values.set(change.key, { ...change })
    else Object.assign(earlier, { after: change.after, to: change.to })
  }
  for (const { contactId, change } of texts) {
    const text = step.texts.get(contactId) ?? new TextChange(contactId)
    step.texts.set(contactId, text)
    text.add(...change)
  }
}

/** Whether all that changed is what the step has changed already. */
export const isSamePlace = (step: Step, { values, texts }: Changes): boolean =>
  values.every(({ key }) => step.values.has(key)) &&
  texts.every(({ contactId }) => step.texts.has(contactId)) &&
  values.length === step.values.size &&
  texts.length === step.texts.size

/** Whether it changed this field and nothing else. */
export const isAt = (step: Step, { contactId, field }: FieldPlace): boolean => {
  if (field === 'about' && step.texts.size === 1 && step.values.size === 0) {
    return [...step.texts.keys()].every((id) => id === contactId)
  }
  const place = `${contactId}/${field}`
  const isField = (key: string) => key === place || place.startsWith(`${key}/`)
  return step.texts.size === 0 && step.values.size > 0 && [...step.values.keys()].every(isField)
}

/** What it was, by what it touched. */
export const actionOf = (step: Step, doc: Y.Doc): UndoAction => {
  step.action ??= nameOf(step, doc)
  return step.action
}

const nameOf = (step: Step, doc: Y.Doc): UndoAction => {
  const { id } = step
  const touched = [...step.values.values()].map((change) => touchedBy(change, doc))
  for (const contactId of step.texts.keys()) {
    touched.push({ record: contactId, contactId, turn: 'updated', field: 'about' })
  }
  const [first] = touched
  if (first === undefined || touched.some(({ record }) => record !== first.record)) {
    const contactIds = [...new Set(touched.map(({ contactId }) => contactId))]
    const isImport = touched.every(({ turn, noteId }) => turn === 'added' && noteId === undefined)
    return { id, type: isImport ? 'contacts_created' : 'several', contactIds }
  }
  const { contactId, noteId } = first
  const turn = touched.find((one) => one.turn !== 'updated')?.turn ?? 'updated'
  if (noteId !== undefined) return { id, type: `note_${turn}`, contactId, noteId }
  const fields = [...new Set(touched.map(({ field }) => field))]
  if (turn === 'updated') return { id, type: 'contact_updated', contactId, fields }
  return { id, type: turn === 'added' ? 'contact_created' : `contact_${turn}`, contactId }
}

interface Touched {
  turn: 'added' | 'updated' | 'deleted' | 'restored'
  record: string
  contactId: ContactId
  noteId?: NoteId
  /** As in `FieldChanges`. */
  field: string
}

const touchedBy = (change: ValueChange, doc: Y.Doc): Touched => {
  const [record = '', field = ''] = change.key.split('/')
  const turn = field === 'deletedAt' ? turnOf(change) : 'updated'
  // Ids by where they lie.
  const note = readNote(record as NoteId, doc.getMap(NOTES).get(record))
  if (note === undefined) return { turn, record, contactId: record as ContactId, field }
  return { turn, record, contactId: note.contactId, noteId: note.id, field }
}

const turnOf = ({ before, after }: ValueChange): 'added' | 'restored' | 'deleted' => {
  if (before === DELETED) return 'added'
  return after === null ? 'restored' : 'deleted'
}
