import { type ClientId, UpdateScanner, type UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { admit, type UpdateMessage } from '../../../server/core/admission/admit.js'
import { compact } from '../../../server/core/documents.js'
import { decodeIndex, encodeIndex } from '../../../server/core/index-codec.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { seededRandom } from '../../harness/seeded.js'
import { contentOf, editAtRandom, pick } from '../../harness/team.js'

const scanner = new UpdateScanner()

interface Device {
  doc: Y.Doc
  user: UserId
  unsent: Uint8Array[]
  /** How many accepted rows this device has seen. */
  seen: number
}

const deviceOf = (user: string, random: () => number): Device => {
  const doc = new Y.Doc()
  doc.clientID = Math.floor(random() * 2 ** 32)
  const device: Device = { doc, user: user as UserId, unsent: [], seen: 0 }
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'server') device.unsent.push(update)
  })
  return device
}

/** A seeded history of three people with two devices each; gives the accepted rows. */
const playHistory = (seed: bigint, steps: number) => {
  const random = seededRandom(seed)
  const index = new RoomIndex()
  const rows: { update: Uint8Array; user: UserId }[] = []
  const devices = ['ana', 'ana', 'bo', 'bo', 'cy', 'cy'].map((user) => deviceOf(user, random))
  const receive = (device: Device, upTo: number) => {
    for (; device.seen < Math.min(upTo, rows.length); device.seen++) {
      const row = rows[device.seen]
      if (row) Y.applyUpdate(device.doc, row.update, 'server')
    }
  }
  const send = (device: Device) => {
    const parts = device.unsent.splice(0)
    if (parts.length === 0) return
    // Sometimes one by one, sometimes merged, sometimes twice.
    const updates = random() < 0.5 ? parts : [Y.mergeUpdates(parts)]
    const messages = updates.map((bytes) => ({ message: 'update' as UpdateMessage, bytes }))
    if (random() < 0.3) {
      messages.push({ message: 'sync-step-2', bytes: Y.encodeStateAsUpdate(device.doc) })
    }
    for (const { message, bytes } of messages) {
      const scan = scanner.scan(bytes)
      expect(scan).toMatchObject({ ok: true })
      if (!scan.ok) return
      const draft = new IndexDraft(index)
      const sender = { userId: device.user, role: 'editor' } as const
      const verdict = admit(draft, sender, message, bytes, scan.update)
      expect(verdict.verdict, JSON.stringify(verdict)).toMatch(/accepted|known/)
      if (verdict.verdict !== 'accepted') continue
      draft.fold()
      rows.push({ update: verdict.update, user: device.user })
    }
  }
  for (let step = 0; step < steps; step++) {
    const device = pick(random, devices)
    const dice = random()
    if (dice < 0.6) editAtRandom(device.doc, random, step)
    else if (dice < 0.8) receive(device, device.seen + Math.ceil(random() * 5))
    else send(device)
  }
  for (const device of devices) send(device)
  for (const device of devices) receive(device, rows.length)
  return { index, rows, devices }
}

const freshDoc = (rows: readonly { update: Uint8Array }[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const { update } of rows) Y.applyUpdate(doc, update)
  return doc
}

const clocksOf = (index: RoomIndex): Record<ClientId, number> =>
  Object.fromEntries([...index.clients].map(([client, { clock }]) => [client, clock]))

const deletedIn = (doc: Y.Doc): Map<ClientId, { clock: number; len: number }[]> =>
  Y.createDeleteSetFromStructStore(doc.store).clients

const SEEDS = Array.from({ length: 40 }, (_, n) => BigInt(n + 1))
const replay = process.env.KITH_SEED ? [BigInt(process.env.KITH_SEED)] : SEEDS

/** Where each begins, and in which root. */
const runsOf = ({ clients }: RoomIndex, client: number): [number, string][] => {
  const runs: [number, string][] = []
  clients.get(client)?.runs.each((start, root) => runs.push([start, root]))
  return runs
}

describe('honest work', () => {
  test.each(replay)(
    '[P4] nothing honest is refused, and all replicas converge (seed %s)',
    (seed) => {
      const { rows, devices, index } = playHistory(seed, 250)
      const doc = freshDoc(rows)
      for (const device of devices) expect(contentOf(device.doc)).toEqual(contentOf(doc))
      expect(doc.store.pendingStructs).toBeNull()
      expect(doc.store.pendingDs).toBeNull()
      expect(Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc)))).toEqual(
        clocksOf(index),
      )
      for (const [client, { deleted }] of index.clients) {
        const inDoc = deletedIn(doc).get(client) ?? []
        deleted?.each((start, end) => {
          const covered = inDoc.some(({ clock, len }) => clock <= start && clock + len >= end)
          expect(covered, `client ${client} ${start}-${end}`).toBe(true)
        })
      }
    },
  )

  test.each(replay.slice(0, 10))(
    '[P6] the index lies in the same root as the document says (seed %s)',
    (seed) => {
      const { rows, index } = playHistory(seed, 250)
      const doc = freshDoc(rows)
      const rootOf = new Map<unknown, string>([...doc.share].map(([name, type]) => [type, name]))
      for (const root of ['contacts', 'fields', 'notes']) rootOf.set(doc.getMap(root), root)
      for (const [client, structs] of doc.store.clients) {
        for (const struct of structs) {
          if (!(struct instanceof Y.Item)) throw new Error('a flat document holds items alone')
          const expected = [...doc.share].find(([, type]) => type === struct.parent)?.[0]
          expect(index.clients.get(client)?.rootAt(struct.id.clock)).toBe(expected)
        }
      }
    },
  )

  test.each(replay.slice(0, 10))(
    'a snapshot holds what its rows hold, and the same index (seed %s)',
    (seed) => {
      const { rows, index } = playHistory(seed, 250)
      const documentRows = rows.map(({ update, user }) => ({
        update,
        author: { id: user, name: '' },
      }))
      const half = Math.floor(rows.length / 2)
      const first = compact(undefined, documentRows.slice(0, half))
      const second = compact(first?.document, documentRows.slice(half))
      if (!second) throw new Error('damaged')
      expect(contentOf(freshDoc([{ update: second.document }]))).toEqual(contentOf(freshDoc(rows)))
      const decoded = decodeIndex(second.index)
      if (!decoded) throw new Error('no index')
      const carried = decoded.index
      expect(clocksOf(carried)).toEqual(clocksOf(index))
      for (const client of index.clients.keys()) {
        expect(runsOf(carried, client)).toEqual(runsOf(index, client))
      }
      expect(decodeIndex(encodeIndex(carried, decoded.steps))).toEqual(decoded)
    },
  )
})
