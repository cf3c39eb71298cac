/** Writes a document into a workspace, as one person's client does. */

import { authorFlatDocument, type FlatDocument } from '../documents/flat-document.js'
import type { Target } from '../target.js'
import { Client } from './client.js'
import { Edits } from './edits.js'
import { until } from './until.js'

export interface FillParams {
  rooms: string[]
  contacts: number
  /** Client ids that wrote them. */
  clients: number
  /**
   * Where the server keeps a journal: also as many single edits after it as make a snapshot due, so
   * that one holds the document.
   */
  isSnapshotDue?: boolean
}

export interface FillResult {
  bytes: number
  stateVector: Uint8Array
}

/** Milliseconds for one document. */
const FILL_TIME = 120_000

export const fill = async (
  target: Target,
  { rooms, contacts, clients, isSnapshotDue = false }: FillParams,
): Promise<FillResult> => {
  const document = authorFlatDocument(contacts, clients)
  for (const room of rooms) {
    await fillRoom(target, room, document)
    if (isSnapshotDue && target.dialect === 'kith') await makeRows(target, room)
  }
  return { bytes: document.bytes, stateVector: document.stateVector }
}

let clientId = 3_900_000_000

export const fillRoom = async (
  target: Target,
  room: string,
  document: FlatDocument,
): Promise<void> => {
  const { length } = document.updates
  let acked = 0
  const writer = new Client(
    target,
    { room, user: 0, clientId: clientId++ },
    {
      acked: (count) => {
        acked = count
      },
    },
  )
  await writer.start()
  for (const update of document.updates) writer.sendPayload(writer.talk.update(update))
  if (target.dialect === 'kith') await until('acks', () => acked === length, FILL_TIME)
  else await untilWritten(target, room, document)
  await writer.close()
}

/** The others don't acknowledge; what they have read is in what they send to who joins. */
const untilWritten = async (
  target: Target,
  room: string,
  { bytes }: FlatDocument,
): Promise<void> => {
  if (target.dialect === 'bare') return
  const isThere = async (): Promise<boolean> => {
    const reader = new Client(target, { room, user: 0, clientId: clientId++ })
    await reader.start()
    await reader.close()
    return reader.loadedBytes >= bytes
  }
  await until('the document', isThere, FILL_TIME)
}

/** As many as make a snapshot due, and each a row of its own: sent when the last is acknowledged. */
const ROWS = 500

const makeRows = async (target: Target, room: string): Promise<void> => {
  const edits = new Edits(clientId++)
  let done: () => void = () => undefined
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  const sendOne = () => writer.sendPayload(writer.talk.update(edits.take()))
  const acked = (count: number) => (count < ROWS ? sendOne() : done())
  const writer = new Client(target, { room, user: 1, clientId: edits.clientId }, { acked })
  await writer.start()
  sendOne()
  await all
  await writer.close()
}
