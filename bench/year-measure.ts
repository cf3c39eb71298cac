/**
 * What a workspace costs at a moment of its life, beside a fresh document of the same values: the same
 * code on both, in turns, and the median of several rounds.
 */
import { DocumentIndex, setField, UpdateScanner, type UserId, type WorkspaceId } from 'kith-shared'
import * as Y from 'yjs'
import { compact } from '../server/dist/core/documents.js'
import { openingOf } from '../server/dist/core/renewal.js'
import { Room } from '../server/dist/core/room.js'
import { roomStateOf } from '../server/dist/core/room-state.js'
import { type Moment, NEVER } from '../test/harness/year/office.js'
import { bytesInUse } from './heap.js'
import { median } from './report.js'

/** Milliseconds of processor for loads, microseconds for edits, bytes for sizes. */
export interface Costs {
  'server edit': number
  'room load': number
  'room memory': number
  snapshot: number
  'local edit': number
  'remote edit': number
  'page load': number
}

const WORKSPACE = 'year' as WorkspaceId
const READER = 'reader' as UserId
const EDITS = 500
const scanner = new UpdateScanner()

interface Stored {
  document: Uint8Array
  index: Uint8Array
  tail: readonly Uint8Array[]
}

export const measure = (moment: Moment, rounds: number): { aged: Costs; fresh: Costs } => {
  const { snapshot, tail } = moment
  const rows = tail.map((update) => ({ update, author: { id: READER, name: '' } }))
  const whole = compact(snapshot?.document, rows)
  const before = compact(snapshot?.document, [])
  const opening = whole && openingOf(whole.document, 1)
  if (!whole || !before || !opening) throw new Error('the moment can be read')
  const aged: Stored = { document: before.document, index: before.index, tail }
  const fresh: Stored = { ...opening, tail: [] }
  const all = { aged: [] as Costs[], fresh: [] as Costs[] }
  for (let round = 0; round < rounds; round++) {
    all.aged.push(costsOf(aged, whole.document))
    all.fresh.push(costsOf(fresh, opening.document))
  }
  return { aged: medianOf(all.aged), fresh: medianOf(all.fresh) }
}

const medianOf = (costs: readonly Costs[]): Costs => {
  const [first] = costs
  if (!first) throw new Error('at least one round')
  const names = Object.keys(first) as (keyof Costs)[]
  const pairs = names.map((name) => [name, median(costs.map((one) => one[name]))])
  return Object.fromEntries(pairs) as unknown as Costs // one number for each name
}

const costsOf = (stored: Stored, whole: Uint8Array): Costs => ({
  ...onServer(stored),
  snapshot: whole.length,
  ...inBrowser(stored),
})

/** Milliseconds of this process; a thread's own time is known by the tick alone. */
const timed = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const inBrowser = ({ document, tail }: Stored) => {
  const doc = new Y.Doc()
  const index = new DocumentIndex(doc)
  const load = timed(() => {
    doc.transact(() => {
      Y.applyUpdate(doc, document)
      for (const update of tail) Y.applyUpdate(doc, update)
    })
    index.start()
  })
  const ids = [...index.contactIds()].slice(0, EDITS)
  const local = timed(() => {
    for (const id of ids) setField(doc, id, 'company', 'Acme')
  })
  const updates = editsOf(doc)
  const remote = timed(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  index.close()
  doc.destroy()
  return {
    'local edit': (local * 1000) / ids.length,
    'remote edit': (remote * 1000) / updates.length,
    'page load': load,
  }
}

/** One-field edits of somebody who has just loaded the document. */
const editsOf = (from: Y.Doc): Uint8Array[] => {
  const doc = new Y.Doc()
  doc.clientID = 7
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(from))
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const keys = [...doc.getMap('contacts').keys()].slice(0, EDITS)
  for (const key of keys) doc.getMap('fields').set(`${key}/title`, 'Head of it all')
  doc.destroy()
  return updates
}

const loadRoom = ({ document, index, tail }: Stored) => {
  const rows = tail.map((update, at) => ({
    seq: at + 2,
    epoch: 1,
    author: { id: READER, name: '' },
    committedAt: 0,
    update,
  }))
  const snapshot = { seq: 1, documentBytes: document.length, index }
  const workspace = {
    name: '',
    schema: 1,
    epoch: 1,
    oldest: 1,
    head: tail.length + 1,
    bindings: [],
  }
  const loaded = { outcome: 'loaded', ...workspace, snapshot, tail: rows } as const
  const state = roomStateOf(WORKSPACE, loaded, scanner)
  if (!state) throw new Error('the room loads')
  return state
}

const onServer = (stored: Stored) => {
  const updates = editsOn(stored)
  const before = bytesInUse()
  let state = loadRoom(stored)
  const memory = bytesInUse() - before
  const load = timed(() => {
    state = loadRoom(stored)
  })
  let batches = 0
  const newBatchId = () => `${++batches}`
  const room = new Room(state, { scanner, newBatchId, epochBounds: NEVER })
  const commit = (effects: ReturnType<Room['step']>): void => {
    for (const effect of effects) {
      if (effect.type !== 'commit') continue
      const head = effect.batch.head + effect.batch.rows.length
      const outcome = { outcome: 'committed', head, committedAt: 0 } as const
      commit(room.step({ type: 'commit-done', outcome }))
    }
  }
  const { epoch, head } = state
  const dialect = { dialect: 'kith', clientId: 7, earlierIds: [], epoch, seq: head } as const
  const stamp = { id: READER, name: '', email: null, role: 'editor', joinedAt: 0 } as const
  commit(room.step({ type: 'join', session: 1, dialect, stamp }))
  const edits = timed(() => {
    for (const bytes of updates) {
      commit(room.step({ type: 'update', session: 1, message: 'update', bytes }))
    }
  })
  return {
    'server edit': (edits * 1000) / updates.length,
    'room load': load,
    'room memory': memory,
  }
}

const editsOn = ({ document, tail }: Stored): Uint8Array[] => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, document)
  for (const update of tail) Y.applyUpdate(doc, update)
  const updates = editsOf(doc)
  doc.destroy()
  return updates
}
