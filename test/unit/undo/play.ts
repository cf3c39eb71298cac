import {
  aboutText,
  type Contact,
  type ContactId,
  DocumentIndex,
  FIELDS,
  type Note,
} from 'kith-shared'
import * as Y from 'yjs'
import { createActions } from '../../../client/actions.js'
import { Incoming } from '../../../client/incoming.js'
import type { WorkspaceActions } from '../../../client/index.js'
import { History } from '../../../client/undo/history.js'
import { TYPING } from '../../../client/undo/origins.js'

/** Somebody in one tab: a document, its history, and updates that wait for the network. */
export class Person {
  doc = new Y.Doc()
  now = 1_000_000
  mayEdit = true
  readonly index: DocumentIndex
  readonly history: History
  readonly actions: WorkspaceActions
  /** What others have not received. */
  sent: Uint8Array[] = []
  #ids = 0

  constructor(clientId: number) {
    this.doc.clientID = clientId
    this.index = new DocumentIndex(this.doc)
    this.index.start()
    this.history = new History({
      doc: this.doc,
      now: () => this.now,
      assertMayEdit: () => {
        if (!this.mayEdit) throw new Error('read only')
      },
    })
    this.history.start()
    this.actions = createActions({
      doc: () => this.doc,
      now: () => this.now,
      newId: () => `id-${clientId}-${this.#ids++}`,
      nextTask: () => Promise.resolve(),
      mayEdit: () => this.mayEdit,
      setEditing: () => undefined,
      setTyping: () => undefined,
    })
    this.doc.on('update', this.#send)
  }

  readonly #send = (update: Uint8Array, origin: unknown): void => {
    if (!(origin instanceof Incoming)) this.sent.push(update)
  }

  receive(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, new Incoming({ type: 'snapshot', seq: 1 }))
  }

  /** As keys do it: `remove` letters go and `insert` comes. */
  type(contactId: ContactId, at: number, remove: number, insert: string): void {
    const text = aboutText(this.doc, contactId)
    const from = Math.min(at, text.length)
    this.doc.transact(() => {
      text.delete(from, Math.min(remove, text.length - from))
      text.insert(from, insert)
    }, TYPING)
  }

  /** As a field writes what was typed. */
  fill(contactId: ContactId, field: 'name' | 'company', value: string): void {
    this.doc.transact(() => this.actions.setField(contactId, field, value), TYPING)
  }

  /** Another document, as after a refusal or in a new epoch. */
  replaceDoc(make: (before: Y.Doc) => Y.Doc): void {
    const next = make(this.doc)
    this.index.replace(next, new Incoming({ type: 'rebuilt' }))
    this.history.replace(next)
    next.on('update', this.#send)
    this.doc = next
  }

  about(contactId: ContactId): string {
    return aboutText(this.doc, contactId).toString()
  }

  /** What is there to be seen: nothing that is deleted, and no times. */
  seen(): { contacts: Contact[]; notes: Note[]; abouts: Record<string, string> } {
    const all = this.index.contactIds().flatMap((id) => this.index.contact(id) ?? [])
    const contacts = all.filter(({ deletedAt }) => deletedAt === null)
    return {
      contacts,
      notes: contacts.flatMap(({ id }) => this.index.notesOf(id)),
      abouts: Object.fromEntries(contacts.map(({ id }) => [id, this.about(id)])),
    }
  }

  /** What others wrote and shows: who wrote each value, and their letters in their order. */
  othersWork(): { values: Map<string, unknown>; letters: Map<string, string[]> } {
    const values = new Map<string, unknown>()
    for (const [key, item] of this.doc.getMap(FIELDS)._map) {
      if (item.deleted || item.id.client === this.doc.clientID) continue
      values.set(key, [item.id.client, item.id.clock, item.content.getContent().at(-1)])
    }
    const letters = new Map<string, string[]>()
    for (const id of this.index.contactIds()) {
      letters.set(id, [...lettersOf(aboutText(this.doc, id), this.doc.clientID)])
    }
    return { values, letters }
  }
}

const lettersOf = function* (text: Y.Text, ownId: number): Generator<string> {
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || item.id.client === ownId) continue
    const { client, clock } = item.id
    for (let at = 0; at < item.length; at++) yield `${client}:${clock + at}`
  }
}

/** Everybody receives what everybody sent. */
export const meet = (...people: Person[]): void => {
  for (const from of people) {
    const sent = from.sent.splice(0)
    for (const to of people) if (to !== from) for (const update of sent) to.receive(update)
  }
}
