/** What an app can do to a workspace's contacts and notes. */
import type {
  ContactId,
  ContactInput,
  ListEntry,
  ListField,
  NoteId,
  ScalarChanges,
  ScalarField,
  Scalars,
} from 'kith-shared'

/** For `WorkspaceActions.importContacts`. */
export interface ImportOptions {
  /** Called after each transaction. */
  onProgress?: (done: number, total: number) => void
  /** Ends the import between two transactions; what was imported stays. */
  signal?: AbortSignal
}

/**
 * Edits. Each shows at once, is one transaction, and throws `InvalidValue` for what the document
 * does not take and `ReadOnlyError` for a viewer.
 */
export interface WorkspaceActions {
  /** A new contact; `name` is required. Gives its id. */
  createContact(input: ContactInput): ContactId
  /** Several fields at once; others keep what they have. */
  updateContact(contactId: ContactId, changes: ScalarChanges): void
  /** One field; an empty text clears it. */
  setField<Field extends ScalarField>(
    contactId: ContactId,
    field: Field,
    value: Scalars[Field],
  ): void
  /** Adds an e-mail address, phone number, address or link, or changes the one with this id. */
  setEntry<List extends ListField>(contactId: ContactId, list: List, entry: ListEntry<List>): void
  /** Takes one entry out of a list. */
  removeEntry(contactId: ContactId, list: ListField, entryId: string): void
  /** Trimmed and normalised; one that is there changes nothing. */
  addTag(contactId: ContactId, tag: string): void
  /** Takes a tag off, also where somebody adds another at the same time. */
  removeTag(contactId: ContactId, tag: string): void
  /** Marks it as deleted: all of it can be had again. */
  deleteContact(contactId: ContactId): void
  /** Undoes `deleteContact`. */
  restoreContact(contactId: ContactId): void
  /** A new note on a contact. Gives its id. */
  addNote(contactId: ContactId, body: string): NoteId
  /** Another text for a note. */
  editNote(noteId: NoteId, body: string): void
  /** Marks it as deleted. */
  deleteNote(noteId: NoteId): void
  /** Undoes `deleteNote`. */
  restoreNote(noteId: NoteId): void
  /** Gives a note to another contact, as a merge does. */
  moveNote(noteId: NoteId, contactId: ContactId): void
  /**
   * Creates many, in transactions of 100, and gives their ids in order. Rejects with the signal's
   * reason, or with `InvalidValue` before anything was written.
   */
  importContacts(inputs: readonly ContactInput[], options?: ImportOptions): Promise<ContactId[]>
  /** Which field has the focus, for the others to see; presence, not an edit. */
  setEditing(place: { contactId: string; field: string } | null): void
  /** A key was pressed there; gone by itself after 3 s. */
  setTyping(contactId: string, field: string, isTyping: boolean): void
}
