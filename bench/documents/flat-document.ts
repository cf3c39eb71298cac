/** Flat documents as Kith has them, authored by Yjs itself, in pieces as a client sends them. */
import * as Y from 'yjs'

export interface FlatDocument {
  /** In the order in which they follow from each other; each of one client id. */
  updates: Uint8Array[]
  bytes: number
  stateVector: Uint8Array
}

const FIRST_CLIENT_ID = 1_000_000_007
const STEP = 1_000_003
/** Contacts in one update. */
const PIECE = 200

/** `contacts` of them, the same number by each of `clients` client ids. */
export const authorFlatDocument = (contacts: number, clients: number): FlatDocument => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const perClient = Math.ceil(contacts / clients)
  for (let n = 0; n < clients; n++) {
    doc.clientID = FIRST_CLIENT_ID + n * STEP
    const stop = Math.min(contacts, (n + 1) * perClient)
    for (let from = n * perClient; from < stop; from += PIECE) {
      doc.transact(() => {
        for (let contact = from; contact < Math.min(stop, from + PIECE); contact++)
          create(doc, contact)
      })
    }
  }
  const { length } = Y.encodeStateAsUpdate(doc)
  return { updates, bytes: length, stateVector: Y.encodeStateVector(doc) }
}

/** Some 180 bytes: a contact, and one field of it that was set later. */
const create = (doc: Y.Doc, n: number): void => {
  const id = `c${n.toString(36).padStart(20, '0')}`
  doc.getMap('contacts').set(id, {
    name: `Ada Lovelace ${n}`,
    emails: [{ id: 'e1', label: 'work', value: `ada.${n}@example.com` }],
    createdAt: 1_700_000_000_000 + n,
  })
  doc.getMap('fields').set(`${id}/company`, `Company ${n}`)
}
