/** Workspaces to measure on: authored by Yjs itself, under as many client ids as asked for. */
import { UpdateScanner, type UserId } from 'kith-shared'
import * as Y from 'yjs'
import { RoomIndex } from '../server/dist/core/room-index.js'
import { carry } from '../server/dist/core/room-state.js'

/**
 * `spread`: every client id wrote its share of the contacts and overwrote fields of others.
 * `imported`: one client id wrote all contacts, and the others overwrote every second one's field.
 */
export type Layout = 'spread' | 'imported'

export interface Edit {
  user: UserId
  update: Uint8Array
}

export interface Workspace {
  document: Uint8Array
  owners: Map<number, UserId>
  /** One-field edits that follow from the document, in this order. */
  edits: Edit[]
}

const USERS = 20
const FIELD = 'company'

export const authorWorkspace = (
  layout: Layout,
  contacts: number,
  clients: number,
  edits: number,
): Workspace => {
  const ids = Array.from({ length: clients }, (_, n) => 1_000_000_000 + n * 1_000_003)
  const userOf = (client: number) => `user-${(client % 1_000_003) % USERS}` as UserId
  const owners = new Map(ids.map((id) => [id, userOf(id)]))
  const doc = new Y.Doc()
  const as = (n: number, change: () => void) => {
    doc.clientID = ids[n % ids.length] ?? 0
    doc.transact(change)
  }
  const set = (contact: number, value: string) =>
    doc.getMap('fields').set(`${contactId(contact)}/${FIELD}`, value)
  doc.transact(() => {
    for (let contact = 0; contact < contacts; contact++) {
      as(layout === 'spread' ? contact : 0, () => {
        doc.getMap('contacts').set(contactId(contact), creation(contact))
        set(contact, `Company ${contact}`)
      })
    }
  })
  doc.transact(() => {
    for (let contact = 0; contact < contacts; contact += 2) as(contact + 1, () => set(contact, 'x'))
    // Every client id has written something, also where there are fewer contacts than ids.
    for (let n = 0; n < clients; n++) as(n, () => set(n % contacts, 'y'))
  })
  const document = Y.encodeStateAsUpdate(doc)
  const made: Edit[] = []
  doc.on('update', (update: Uint8Array) => {
    made.push({ user: owners.get(doc.clientID) as UserId, update })
  })
  for (let n = 0; n < edits; n++)
    as(n * 7, () => set((n * 7919) % contacts, `Analytical Engines ${n}`))
  doc.destroy()
  return { document, owners, edits: made }
}

/** The index that a room of this workspace holds. */
export const indexOf = ({ document, owners }: Workspace): RoomIndex => {
  const index = new RoomIndex()
  const author = { id: '' as UserId, name: '' }
  if (!carry(index, { update: document, author }, new UpdateScanner())) {
    throw new Error('the workspace does not follow')
  }
  for (const [client, user] of owners) index.owners.set(client, user)
  return index
}

const contactId = (n: number): string => `c${n.toString(36).padStart(20, '0')}`

const creation = (n: number) => ({
  name: `Ada Lovelace ${n}`,
  emails: [{ id: 'e1', label: 'work', value: `ada.${n}@example.com` }],
  phones: [{ id: 'p1', label: 'mobile', value: `+44 20 7946 ${n}` }],
  createdAt: 1_700_000_000_000 + n,
})
