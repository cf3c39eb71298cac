import fc from 'fast-check'
import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  type UserId,
} from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { RoomIndex } from '../../../server/core/room-index.js'
import { FUZZ_TIMEOUT, fuzz } from '../../harness/fuzzing.js'
import { attackedRow } from '../../harness/poison.js'
import { type Person, PureServer } from '../../harness/pure-server.js'
import { seededRandom } from '../../harness/seeded.js'
import { editIfThere } from '../../harness/team.js'
import {
  buildUpdate,
  byteEdits,
  CLIENTS,
  editBytes,
  type UpdatePlan,
  updatePlan,
} from '../../harness/update-grammar.js'
import { helloOf } from '../../harness/wire-client.js'

const PEOPLE: Person[] = [
  { user: 'eve' as UserId, role: 'editor', dialect: 'kith' },
  { user: 'sam' as UserId, role: 'editor', dialect: 'stock' },
  { user: 'vera' as UserId, role: 'viewer', dialect: 'kith' },
  { user: 'vic' as UserId, role: 'viewer', dialect: 'stock' },
  { user: 'ana' as UserId, role: 'editor', dialect: 'kith' },
]
/** Who wrote what is there already, and says nothing any more. */
const ANA = 10
const HOSTILE = 4

const clientId = fc.constantFrom(...CLIENTS)
const number = fc.oneof(fc.nat(5), fc.constantFrom(255, 2 ** 31, 2 ** 53 - 1))
const bytes = fc.oneof(fc.constant(new Uint8Array([0])), fc.uint8Array({ maxLength: 40 }))
const token = fc.constantFrom('eve', 'sam', 'vera', 'vic', 'nobody', '')

const json = fc.oneof(
  fc.constantFrom('null', '{}', '{"user":{"id":"ana"}}', '{"status":', '[]', '7', '"x"', ''),
  fc.json({ maxDepth: 4 }),
)

/** Every message that a client may send, and updates as the grammar builds them. */
type Plan =
  | { of: 'message'; message: ClientMessage }
  | { of: 'edit'; seed: number }
  | {
      of: 'update'
      plan: UpdatePlan
      step2: boolean
    }

const message: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ clientId, epoch: fc.nat(2), seq: number, token, protocol: fc.nat(2) }).map(helloOf),
  fc.record({ type: fc.constant('token' as const), token }),
  fc.record({ type: fc.constant('probe' as const), nonce: number }),
  fc.record({ type: fc.constant('sync-step-1' as const), stateVector: bytes }),
  fc.record({ type: fc.constantFrom('sync-step-2' as const, 'update' as const), update: bytes }),
  fc.record({
    type: fc.constant('awareness' as const),
    states: fc.array(fc.record({ clientId, clock: number, json }), { maxLength: 4 }),
  }),
  fc.constant({ type: 'query-awareness' as const }),
)

const plan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ of: fc.constant('message' as const), message }) },
  {
    weight: 2,
    arbitrary: fc.record({
      of: fc.constant('update' as const),
      plan: updatePlan,
      step2: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ of: fc.constant('edit' as const), seed: fc.nat() }) },
)

const frame = fc.record({
  person: fc.nat(HOSTILE - 1),
  plan,
  edits: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: byteEdits },
  ),
  /** Whether the server gets time before the next frame. */
  rests: fc.boolean(),
})

type Frame = typeof frame extends fc.Arbitrary<infer T> ? T : never

interface History {
  /** Each frame is settled before the next: then it is known what was refused, and left no row. */
  isPatient: boolean
  frames: readonly Frame[]
}

const history: fc.Arbitrary<History> = fc.record({
  isPatient: fc.boolean(),
  frames: fc.array(frame, { minLength: 1, maxLength: 40, size: 'max' }),
})

/** The same plan, of this person's id where it was of the first one's. */
const ofPerson = (plan: UpdatePlan, person: number): UpdatePlan => ({
  ...plan,
  blocks: plan.blocks.map((block) => (block.client === 0 ? { ...block, client: person } : block)),
})

const messageOf = (index: RoomIndex, doc: Y.Doc, person: number, plan: Plan): ClientMessage => {
  switch (plan.of) {
    case 'message':
      return plan.message
    case 'update': {
      const update = buildUpdate(ofPerson(plan.plan, person), index)
      return { type: plan.step2 ? 'sync-step-2' : 'update', update }
    }
    case 'edit':
      return { type: 'update', update: editOf(doc, CLIENTS[person] ?? 0, plan.seed) }
  }
}

/** What an honest replica would send now, under that client id. */
const editOf = (current: Y.Doc, clientId: number, seed: number): Uint8Array => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(current))
  doc.clientID = clientId
  const before = Y.encodeStateVector(doc)
  editIfThere(doc, seededRandom(BigInt(seed)), seed)
  return Y.encodeStateAsUpdate(doc, before)
}

const encode = (index: RoomIndex, doc: Y.Doc, { person, plan, edits }: Frame): Uint8Array => {
  const encoded = encodeMessage(messageOf(index, doc, person, plan))
  return edits ? editBytes(encoded, edits) : encoded
}

const counts = { rows: 0, refused: 0, closed: 0 }

const play = async ({ isPatient, frames }: History): Promise<number> => {
  const server = new PureServer(PEOPLE)
  await server.start()
  const first = server.open({ user: 'ana' as UserId, role: 'editor', dialect: 'kith' })
  server.frame(first, encodeMessage(helloOf({ token: 'ana', clientId: ANA })))
  server.frame(first, encodeMessage({ type: 'update', update: attackedRow(ANA) }))
  await server.flush()
  const begun = server.rows.length
  const sessions = new Map<number, number>()
  const sessionOf = async (person: number): Promise<number> => {
    const known = sessions.get(person)
    if (known !== undefined && server.isOpen(known)) return known
    if (known !== undefined) counts.closed++
    const who = PEOPLE[person] as Person // drawn from its indices
    const id = server.open(who)
    sessions.set(person, id)
    const own = CLIENTS[person] ?? 0
    if (who.dialect === 'kith')
      server.frame(id, encodeMessage(helloOf({ token: who.user, clientId: own })))
    else server.frame(id, encodeMessage({ type: 'sync-step-1', stateVector: new Uint8Array([0]) }))
    await server.flush()
    return id
  }
  for (const each of frames) {
    const id = await sessionOf(each.person)
    const bytes = encode(await server.index(), server.doc, each)
    decodeServerMessage(bytes)
    const { ok } = decodeClientMessage(bytes)
    const before = { rows: server.rows.length, refused: server.refused }
    server.frame(id, bytes)
    if (isPatient || each.rests) await server.flush()
    if (!isPatient) continue
    const isRefused = !ok || server.refused > before.refused
    if (isRefused && server.rows.length > before.rows) throw new Error('a row of what was refused')
  }
  await server.flush()
  const clocks = [...Y.decodeStateVector(Y.encodeStateVector(server.doc))]
  const { clients } = await server.index()
  expect(new Map(Array.from(clients, ([id, { clock }]) => [id, clock]))).toEqual(new Map(clocks))
  counts.rows += server.rows.length - begun
  counts.refused += server.refused
  return frames.length
}

describe('fuzzing', () => {
  test(
    '[P4] [A2] [A6] frames: the server stands, tells no lies, and commits nothing refused',
    async () => {
      await fuzz('frames', history, play)
      console.log(counts)
      expect(counts.rows).toBeGreaterThan(0)
      expect(counts.refused).toBeGreaterThan(0)
    },
    FUZZ_TIMEOUT,
  )
})
