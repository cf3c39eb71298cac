/**
 * What a workspace costs at a moment of its life, beside a fresh document: the values of its snapshot
 * written anew, under an id like any other, and behind it as many rows with as many edits in each, but
 * of one page. The same code on both, in turns, and the median of several rounds.
 */
import { DocumentIndex, setField, UpdateScanner, type UserId, type WorkspaceId } from 'kith-shared'
import * as Y from 'yjs'
import { compact, type DocumentSize } from '../server/dist/core/documents.js'
import { openingOf } from '../server/dist/core/renewal.js'
import { Room } from '../server/dist/core/room.js'
import { roomStateOf } from '../server/dist/core/room-state.js'
import { type Moment, NEVER } from '../test/harness/year/office.js'
import { bytesInUse, collectGarbage } from './heap.js'
import { median } from './report.js'

/** Milliseconds of processor for loads, microseconds for edits, bytes for sizes. */
export interface Costs {
  'room edit': number
  'room load': number
  'room memory': number
  snapshot: number
  'local edit': number
  'remote edit': number
  'page load': number
}

/** What several rounds are taken of. */
type Times = Omit<Costs, 'room memory' | 'snapshot'>

const WORKSPACE = 'year' as WorkspaceId
const READER = 'reader' as UserId
const READER_CLIENT = 7
const WRITER_CLIENT = 3_500_000_017
const EDITS = 500
/** In a row: what one person of the team writes between two commits. */
const EDITS_IN_A_ROW = 6
/** Past 2^31, as half of all ids: V8 handles smaller numbers in another way. */
const FRESH_ID = 3_000_000_019
/** Held at once, to see what one takes; several times, since the first shows what others left. */
const ROOMS = 8
const HOLDS = 3
const scanner = new UpdateScanner()

interface Stored {
  document: Uint8Array
  index: Uint8Array
  tail: readonly Uint8Array[]
  /** One-field edits of somebody who has just loaded all this. */
  edits: readonly Uint8Array[]
  /** Of a snapshot that takes in everything. */
  bytes: number
}

export interface Comparison {
  aged: Costs
  fresh: Costs
  size: DocumentSize
}

export const measure = (moment: Moment, rounds: number): Comparison => {
  const whole = compact(moment.snapshot?.document, moment.rows)
  const before = compact(moment.snapshot?.document, [])
  const fresh = before && openingOf(before.document, FRESH_ID)
  const freshWhole = whole && openingOf(whole.document, FRESH_ID)
  if (!whole || !before || !fresh || !freshWhole) throw new Error('the moment can be read')
  const tail = moment.rows.map(({ update }) => update)
  const sides = {
    aged: storedAs(before, tail, whole.document),
    fresh: storedAs(fresh, rowsOn(fresh.document, tail.length), freshWhole.document),
  }
  const memory = { aged: memoryOf(sides.aged), fresh: memoryOf(sides.fresh) }
  const all = { aged: [] as Times[], fresh: [] as Times[] }
  for (let round = 0; round < rounds; round++) {
    // Whoever comes first finds another heap: they take turns in that, too.
    if (round % 2 === 0) all.aged.push(costsOf(sides.aged))
    all.fresh.push(costsOf(sides.fresh))
    if (round % 2 === 1) all.aged.push(costsOf(sides.aged))
  }
  const costs = (side: keyof typeof sides): Costs => ({
    ...medianOf(all[side]),
    'room memory': memory[side],
    snapshot: sides[side].bytes,
  })
  return { aged: costs('aged'), fresh: costs('fresh'), size: whole.size }
}

const storedAs = (
  { document, index }: { document: Uint8Array; index: Uint8Array },
  tail: readonly Uint8Array[],
  whole: Uint8Array,
): Stored => ({ document, index, tail, edits: editsOn([document, ...tail]), bytes: whole.length })

const medianOf = (costs: readonly Times[]): Times => {
  const [first] = costs
  if (!first) throw new Error('at least one round')
  const names = Object.keys(first) as (keyof Times)[]
  const pairs = names.map((name) => [name, median(costs.map((one) => one[name]))])
  return Object.fromEntries(pairs) as unknown as Times // one number for each name
}

const costsOf = (stored: Stored): Times => ({ ...onServer(stored), ...inBrowser(stored) })

/**
 * Milliseconds of this process, its collector's threads included; a thread's own time is known by the
 * tick alone. What others left behind is collected before.
 */
const timed = (work: () => void): number => {
  collectGarbage()
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const inBrowser = ({ document, tail, edits }: Stored) => {
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
  const remote = timed(() => {
    for (const update of edits) Y.applyUpdate(doc, update)
  })
  index.close()
  doc.destroy()
  return {
    'local edit': (local * 1000) / ids.length,
    'remote edit': (remote * 1000) / edits.length,
    'page load': load,
  }
}

/** One page's updates while it does `work` on a document. */
const written = (
  client: number,
  on: readonly Uint8Array[],
  work: (doc: Y.Doc) => void,
): Uint8Array[] => {
  const doc = new Y.Doc()
  doc.clientID = client
  doc.transact(() => {
    for (const update of on) Y.applyUpdate(doc, update)
  })
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  work(doc)
  doc.destroy()
  return updates
}

const editsOn = (on: readonly Uint8Array[]): Uint8Array[] =>
  written(READER_CLIENT, on, (doc) => {
    const keys = [...doc.getMap('contacts').keys()].slice(0, EDITS)
    for (const key of keys) doc.getMap('fields').set(`${key}/title`, 'Head of it all')
  })

const rowsOn = (document: Uint8Array, count: number): Uint8Array[] =>
  written(WRITER_CLIENT, [document], (doc) => {
    const keys = [...doc.getMap('contacts').keys()]
    for (let row = 0, n = 0; row < count; row++) {
      doc.transact(() => {
        for (const end = n + EDITS_IN_A_ROW; n < end; n++) {
          doc.getMap('fields').set(`${keys[n % keys.length]}/title`, `some words ${n}`)
        }
      })
    }
  })

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

const memoryOf = (stored: Stored): number => {
  const holds = Array.from({ length: HOLDS }, () => {
    const before = settledBytes()
    const rooms = Array.from({ length: ROOMS }, () => loadRoom(stored))
    return (settledBytes() - before) / rooms.length
  })
  return median(holds)
}

/** Buffers are given back a while after they were collected. */
const settledBytes = (): number => {
  collectGarbage()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
  return bytesInUse()
}

const onServer = (stored: Stored) => {
  let state = loadRoom(stored)
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
  const dialect = {
    dialect: 'kith',
    clientId: READER_CLIENT,
    earlierIds: [],
    epoch,
    seq: head,
  } as const
  const stamp = { id: READER, name: '', email: null, role: 'editor', joinedAt: 0 } as const
  commit(room.step({ type: 'join', session: 1, dialect, stamp }))
  const edits = timed(() => {
    for (const bytes of stored.edits) {
      commit(room.step({ type: 'update', session: 1, message: 'update', bytes }))
    }
  })
  return {
    'room edit': (edits * 1000) / stored.edits.length,
    'room load': load,
  }
}
