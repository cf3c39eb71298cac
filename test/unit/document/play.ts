/** People with a document each, who edit it and hear of each other in any order. */
import {
  type ContactId,
  type ContactInput,
  createContact,
  type DocumentChange,
  DocumentIndex,
  type NoteId,
} from 'kith-shared'
import * as Y from 'yjs'

export const contactId = (id: string): ContactId => id as ContactId
export const noteId = (id: string): NoteId => id as NoteId

const FROM_OTHERS = Symbol('from others')

export class Person {
  readonly doc = new Y.Doc()
  readonly index = new DocumentIndex(this.doc)
  readonly heard: DocumentChange[] = []
  /** Updates of this person's own edits, in order. */
  readonly sent: Uint8Array[] = []
  #ids = 0

  constructor() {
    this.index.subscribe((changes) => this.heard.push(...changes))
    this.index.start()
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== FROM_OTHERS) this.sent.push(update)
    })
  }

  create(id: string, input: ContactInput, now = 1): ContactId {
    return createContact(this.doc, contactId(id), input, { now, newId: this.newId })
  }

  readonly newId = (): string => `${this.doc.clientID}-${this.#ids++}`

  receive(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, FROM_OTHERS)
  }

  /** Forgets what was heard so far and tells what an action makes heard. */
  hears(action: () => void): DocumentChange[] {
    this.heard.length = 0
    action()
    return [...this.heard]
  }
}

/** Everybody gets everything that anybody has. */
export const meet = (...people: Person[]): void => {
  for (const person of people) {
    for (const other of people) {
      if (other === person) continue
      other.receive(Y.encodeStateAsUpdate(person.doc, Y.encodeStateVector(other.doc)))
    }
  }
}

/** Everything that an index reads. */
export const readAll = (index: DocumentIndex) => {
  const ids = index.contactIds()
  return {
    ids,
    contacts: ids.map((id) => index.contact(id)),
    notes: ids.map((id) => index.notesOf(id)),
  }
}

export const rebuilt = (doc: Y.Doc): DocumentIndex => {
  const index = new DocumentIndex(doc)
  index.start()
  index.close()
  return index
}
