/** A room on a stage: people join, send and see; the journal commits when the play says so. */
import {
  decodeServerMessage,
  type ServerMessage,
  UpdateScanner,
  type UserId,
  type WorkspaceId,
} from 'kith-shared'
import * as Y from 'yjs'
import type { RoomParts } from '../../../server/core/assemble-room.js'
import type { Batch } from '../../../server/core/ports.js'
import { Room } from '../../../server/core/room.js'
import type { RoomEffect, RoomEvent } from '../../../server/core/room-events.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import type { RoomState } from '../../../server/core/room-state.js'

export const emptyState = (): RoomState => ({
  workspaceId: 'w' as WorkspaceId,
  name: 'Team',
  schema: 1,
  epoch: 1,
  head: 0,
  snapshotSeq: 0,
  oldest: 1,
  uncovered: { rows: 0, bytes: 0 },
  documentBytes: 0,
  index: new RoomIndex(),
})

export const stage = (
  state: RoomState = emptyState(),
  parts: Pick<RoomParts, 'quotas' | 'epochBounds'> = {},
) => {
  let batches = 0
  const room = new Room(state, {
    scanner: new UpdateScanner(),
    newBatchId: () => `batch-${++batches}`,
    ...parts,
  })
  const inbox = new Map<number, ServerMessage[]>()
  const effects: RoomEffect[] = []
  const commits: Batch[] = []

  const step = (event: RoomEvent): void => {
    for (const effect of room.step(event)) {
      effects.push(effect)
      if (effect.type === 'commit') commits.push(effect.batch)
      if (effect.type === 'send') for (const id of effect.sessions) deliver(id, effect.frame)
    }
  }
  const deliver = (session: number, frame: Uint8Array) => {
    const decoded = decodeServerMessage(frame)
    if (!decoded.ok) throw new Error('the room sent a broken frame')
    inbox.set(session, [...(inbox.get(session) ?? []), decoded.message])
  }
  /** Takes what a session has got since the last call. */
  const seen = (session: number): ServerMessage[] => {
    const messages = inbox.get(session) ?? []
    inbox.delete(session)
    return messages
  }
  /** The commit in flight succeeds. */
  const commit = (): Batch => {
    const batch = commits.shift()
    if (!batch) throw new Error('no commit is in flight')
    const head = batch.head + batch.rows.length
    step({ type: 'commit-done', outcome: { outcome: 'committed', head, committedAt: 1000 + head } })
    return batch
  }
  const stamp = (user: string, role: 'editor' | 'viewer' = 'editor') => ({
    id: user as UserId,
    name: user.toUpperCase(),
    email: null,
    role,
    joinedAt: 5,
  })
  return {
    room,
    effects,
    step,
    seen,
    commit,
    inFlight: () => commits[0],
    /** A Kith client joins and is welcomed. */
    join(
      session: number,
      user: string,
      clientId: number,
      options: { seq?: number; role?: 'viewer' } = {},
    ) {
      const { seq = 0, role } = options
      const epoch = seq > 0 ? 1 : 0
      const dialect = { dialect: 'kith', clientId, earlierIds: [], epoch, seq } as const
      step({ type: 'join', session, dialect, stamp: stamp(user, role) })
      if (commits.length > 0) commit()
    },
    joinStock(session: number, user: string, role?: 'viewer') {
      step({ type: 'join', session, dialect: { dialect: 'stock' }, stamp: stamp(user, role) })
    },
    send(session: number, bytes: Uint8Array) {
      step({ type: 'update', session, message: 'update', bytes })
    },
  }
}

/** A document whose edits come out one by one. */
export const writer = (clientId: number) => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  return {
    doc,
    edit(key: string, value: string): Uint8Array {
      const before = Y.encodeStateVector(doc)
      doc.getMap('fields').set(`c1/${key}`, value)
      return Y.encodeStateAsUpdate(doc, before)
    },
  }
}

export const typesOf = (messages: readonly ServerMessage[]): string[] =>
  messages.map(({ type }) => type)
