/**
 * What admission costs (`npm run bench:admission`, on what `tsc` built, as in production): CPU for
 * each one-field edit through the whole gate, and the memory of a room's index, as the workspace
 * grows. `bench/` may import the built server and shared; nothing imports it.
 */
import { UpdateScanner, type UserId } from 'kith-shared'
import { type MadeBatch, makeBatch } from '../server/dist/core/batch-maker.js'
import { decodeIndex, encodeIndex } from '../server/dist/core/index-codec.js'
import { QUOTAS } from '../server/dist/core/quotas.js'
import type { RoomIndex } from '../server/dist/core/room-index.js'
import { openSession, type RoomSession } from '../server/dist/core/room-session.js'
import { bytesInUse } from './heap.js'
import { type Figures, median, report } from './report.js'
import { authorWorkspace, type Edit, indexOf, type Layout } from './workspace.js'

const CLIENTS = 2_000
const SIZES = [1_000, 10_000, 100_000]
const EDITS_A_ROUND = 1_000
const WARM_UP = 5
const ROUNDS = 15
/** So many indexes are weighed together: what else the heap gives back weighs less then. */
const COPIES = 20

const scanner = new UpdateScanner()
const NOBODY = new Set<RoomSession>()

const measure = (layout: Layout, contacts: number): Figures => {
  const edits = EDITS_A_ROUND * (WARM_UP + ROUNDS)
  const workspace = authorWorkspace(layout, contacts, CLIENTS, edits)
  const { index, bytes } = measuredIndex(
    encodeIndex(indexOf(workspace), new Map()),
    workspace.owners,
  )
  const sessions = sessionsOf(new Set(workspace.owners.values()))
  const rounds = Array.from({ length: WARM_UP + ROUNDS }, (_, round) => {
    const from = round * EDITS_A_ROUND
    return cpuOf(index, sessions, workspace.edits.slice(from, from + EDITS_A_ROUND))
  })
  return {
    layout,
    contacts,
    clients: index.clients.size,
    'bytes/edit': median(workspace.edits.map(({ update }) => update.length)),
    'µs/edit': Number(median(rounds.slice(WARM_UP)).toFixed(2)),
    'document, KB': Math.round(workspace.document.length / 1024),
    'index, KB': Math.round(bytes / 1024),
  }
}

/** The index as a room loads it, and the memory that it takes. */
const measuredIndex = (encoded: Uint8Array, owners: ReadonlyMap<number, UserId>) => {
  const before = bytesInUse()
  const indexes = Array.from({ length: COPIES }, () => {
    const index = decodeIndex(encoded)?.index
    if (!index) throw new Error('an index that was encoded can be decoded')
    for (const [client, user] of owners) index.owners.set(client, user)
    return index
  })
  const bytes = (bytesInUse() - before) / COPIES
  return { index: indexes[0] as RoomIndex, bytes }
}

const sessionsOf = (users: ReadonlySet<UserId>): Map<UserId, RoomSession> => {
  const stampOf = (id: UserId) =>
    ({ id, name: id, email: null, role: 'editor', joinedAt: 0 }) as const
  return new Map(
    Array.from(users, (id, n) => [id, openSession(n, { dialect: 'stock' }, stampOf(id))]),
  )
}

/** Microseconds of CPU for each edit, each in a batch of its own: scan, judge, row, fold. */
const cpuOf = (
  index: RoomIndex,
  sessions: ReadonlyMap<UserId, RoomSession>,
  edits: readonly Edit[],
): number => {
  const started = process.cpuUsage()
  for (const [n, { user, update }] of edits.entries()) {
    const session = sessions.get(user) as RoomSession
    const message = 'update'
    const waiting = { type: 'update', session, message, bytes: update, ordinal: n } as const
    const made = makeBatch(index, [waiting], {
      scanner,
      held: NOBODY,
      tried: undefined,
      quotas: QUOTAS,
      documentBytes: 0,
      epoch: 1,
    })
    if (made.rows.length !== 1) throw new Error(`not admitted: ${refusalOf(made)}`)
    made.draft.fold()
  }
  const { user, system } = process.cpuUsage(started)
  return (user + system) / edits.length
}

const refusalOf = ({ refused }: MadeBatch): string => refused[0]?.refusal ?? 'nothing new'

const layouts: Layout[] = ['spread', 'imported']
report(
  'admission',
  layouts.flatMap((layout) => SIZES.map((contacts) => measure(layout, contacts))),
)
