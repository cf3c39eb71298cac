import type { SavedContact } from './saved-contact.js'

/** Who made it, and of what. */
export interface JsonFileFacts {
  /** ISO 8601. */
  exportedAt: string
  workspace: { id: string; name: string }
}

export const JSON_FORMAT = 'kith-contacts'
export const JSON_VERSION = 1

/** `docs/import-export.md` describes the shape. */
export const jsonFile = (saved: readonly SavedContact[], facts: JsonFileFacts): string => {
  const contacts = saved.map(({ contact, about, notes }) => {
    const { deletedAt: _deletedAt, mergedInto: _mergedInto, ...fields } = contact
    const told = notes.map(({ id, body, createdAt }) => ({ id, body, createdAt }))
    return { ...fields, about, notes: told }
  })
  const file = { format: JSON_FORMAT, version: JSON_VERSION, ...facts, contacts }
  return `${JSON.stringify(file, null, 1)}\n`
}
