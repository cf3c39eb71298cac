import type { Address, Contact, ContactId, Entry, ListField, TextField } from 'kith-shared'
import { TYPING, type Workspace } from '../index.js'
import type { FieldSource } from './field-draft.js'

type EntryList = Exclude<ListField, 'addresses'>

/**
 * What `useField` edits: a text of the contact, or one part of an entry of a list, as in
 * `emails/<entry id>/value`, `phones/<entry id>/label`, `addresses/<entry id>/city`.
 */
export type FieldPath =
  | TextField
  | `${EntryList}/${string}/${Exclude<keyof Entry, 'id'>}`
  | `addresses/${string}/${Exclude<keyof Address, 'id'>}`

const NO_ENTRY = { label: '', value: '' }
const NO_ADDRESS = { label: '', street: '', city: '', region: '', postalCode: '', country: '' }

/** A field of a contact as one text; '' where the contact, the entry or the part is not there. */
export const fieldSource = (
  workspace: Workspace,
  contactId: ContactId,
  path: FieldPath,
): FieldSource => {
  // The three casts say what the type of a path says, and a string that was split can't.
  const [field, entryId, part] = path.split('/') as [TextField | ListField, string?, string?]
  const isPart = entryId !== undefined && part !== undefined
  const entry = () =>
    entriesOf(workspace.contacts.contact(contactId), field).find(({ id }) => id === entryId)
  return {
    read() {
      const holder = isPart ? entry() : workspace.contacts.contact(contactId)
      const value: unknown = holder && Reflect.get(holder, part ?? field)
      return typeof value === 'string' ? value : ''
    },
    write(value) {
      workspace.doc.transact(() => {
        if (!isPart) {
          workspace.actions.setField(contactId, field as TextField, value)
          return
        }
        const rest = entry() ?? (field === 'addresses' ? NO_ADDRESS : NO_ENTRY)
        const changed = { ...rest, id: entryId, [part]: value } as Entry & Address
        workspace.actions.setEntry(contactId, field as ListField, changed)
      }, TYPING)
    },
    turn(turn) {
      workspace.undo[turn]({ contactId, field: path })
    },
    overwrote: () => workspace.conflicts.overwrote({ contactId, field: path }),
    endStep: () => workspace.undo.endStep(),
    setTimer: (act, delay) => workspace.setTimer(act, delay),
    subscribe: (changed) =>
      workspace.contacts.subscribe((_changes, source) => changed(source.local)),
  }
}

/** What a value that lies under a path's key says there; `undefined` where that is no text. */
export const partAt = (path: FieldPath, stored: unknown): string | undefined => {
  const part = path.split('/')[2]
  const isEntry = typeof stored === 'object' && stored !== null
  const value: unknown = part === undefined ? stored : isEntry ? Reflect.get(stored, part) : ''
  return typeof value === 'string' ? value : undefined
}

const entriesOf = (contact: Contact | undefined, list: string): readonly (Entry | Address)[] => {
  switch (list) {
    case 'emails':
    case 'phones':
    case 'links':
    case 'addresses':
      return contact?.[list] ?? []
    default:
      return []
  }
}
