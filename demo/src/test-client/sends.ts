import {
  type ContactId,
  createContact,
  encodeMessage,
  idFromBytes,
  isContactId,
  PROTOCOL_VERSION,
  SCHEMA_VERSION,
  setField,
} from 'kith-shared'
import * as Y from 'yjs'
import type { InspectedSocket } from './socket.js'

/** What the inspector holds of one connection: a document of its own and its presence clock. */
export interface Replica {
  doc: Y.Doc
  clock: number
  lastContact: ContactId | undefined
}

export const createReplica = (): Replica => ({
  doc: new Y.Doc(),
  clock: 0,
  lastContact: undefined,
})

export interface SendContext {
  socket: InspectedSocket
  replica: Replica
  token: () => string
  /** What the hello says that is held already. */
  known: () => { epoch: number; seq: number }
}

/** One button a kind of message, the wrong kinds included. */
export const SENDS: readonly { name: string; send: (context: SendContext) => void }[] = [
  { name: 'Hello', send: (context) => sendHello(context) },
  { name: 'Update: new contact', send: (context) => sendNewContact(context) },
  { name: 'Update: rename it', send: (context) => sendRename(context) },
  { name: 'Update: unknown root', send: (context) => sendUnknownRoot(context) },
  {
    name: 'Sync step 1',
    send: ({ socket, replica }) =>
      socket.send({ type: 'sync-step-1', stateVector: Y.encodeStateVector(replica.doc) }),
  },
  {
    name: 'Sync step 2',
    send: ({ socket, replica }) =>
      socket.send({ type: 'sync-step-2', update: Y.encodeStateAsUpdate(replica.doc) }),
  },
  { name: 'Query awareness', send: ({ socket }) => socket.send({ type: 'query-awareness' }) },
  { name: 'Probe', send: ({ socket }) => socket.send({ type: 'probe', nonce: randomNonce() }) },
  {
    name: 'New token',
    send: ({ socket, token }) => socket.send({ type: 'token', token: token() }),
  },
  {
    name: 'Broken frame',
    send: ({ socket }) => socket.sendRaw(Uint8Array.of(255, 255, 255, 1), 'broken frame'),
  },
  {
    name: 'Truncated update',
    send: ({ socket }) => {
      const whole = encodeMessage({ type: 'update', update: new Uint8Array(40) })
      socket.sendRaw(Uint8Array.from(whole.subarray(0, 9)), 'truncated update')
    },
  },
  { name: 'Text frame', send: ({ socket }) => socket.sendRaw('hello?', 'text frame') },
]

export const sendHello = ({ socket, replica, token, known }: SendContext): void =>
  socket.send({
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    clientId: replica.doc.clientID,
    earlierIds: [],
    ...known(),
    schema: SCHEMA_VERSION,
    token: token(),
  })

/** Sends what `edit` changed, as one update. */
const sendEdit = ({ socket, replica }: SendContext, edit: (doc: Y.Doc) => void): void => {
  const before = Y.encodeStateVector(replica.doc)
  edit(replica.doc)
  socket.send({ type: 'update', update: Y.encodeStateAsUpdate(replica.doc, before) })
}

const sendNewContact = (context: SendContext): void =>
  sendEdit(context, (doc) => {
    const id = newId()
    if (!isContactId(id)) return
    const now = Date.now()
    createContact(doc, id, { name: `Test contact ${now % 10_000}` }, { now, newId })
    context.replica.lastContact = id
  })

const sendRename = (context: SendContext): void => {
  const id = context.replica.lastContact
  if (id === undefined) sendNewContact(context)
  else sendEdit(context, (doc) => setField(doc, id, 'name', `Renamed ${Date.now() % 10_000}`))
}

/** A document apart, since what is refused would block the clocks behind it. */
const sendUnknownRoot = ({ socket }: SendContext): void => {
  const doc = new Y.Doc()
  doc.getMap('elsewhere').set('key', 'value')
  socket.send({ type: 'update', update: Y.encodeStateAsUpdate(doc) })
  doc.destroy()
}

const newId = (): string => idFromBytes(crypto.getRandomValues(new Uint8Array(16)))
const randomNonce = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
