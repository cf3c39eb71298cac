import { type ClientId, MAX_AUTHOR_STEPS, UpdateScanner, type UserId } from 'kith-shared'
import { beforeEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { admit } from '../../../server/core/admission/admit.js'
import { decodeIndex, encodeIndex } from '../../../server/core/index-codec.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { carry } from '../../../server/core/room-state.js'
import { StepCount } from '../../../server/core/steps.js'
import { type ForgedStruct, forge } from '../../harness/forge.js'
import { seededRandom } from '../../harness/seeded.js'
import { editAtRandom, pick, type Random } from '../../harness/team.js'
import { stepsOfYjs } from './yjs-steps.js'

const ana = 'ana' as UserId
const bo = 'bo' as UserId
const ANA = 10
const BO = 20
const scanner = new UpdateScanner()
let index: RoomIndex

/** Takes an update whatever it weighs; gives its verdict as it would be without a trial. */
const take = (bytes: Uint8Array, user = bo): string => {
  const scan = scanner.scan(bytes)
  if (!scan.ok) return scan.refusal
  const draft = new IndexDraft(index)
  const sender = { userId: user, role: 'editor' } as const
  const { verdict } = admit(draft, sender, 'update', bytes, scan.update)
  if (verdict === 'accepted') draft.fold()
  return verdict
}
const charged = (user = bo): number => index.weights.total(user)

const letters = (text: string, at: Partial<ForgedStruct> = {}): ForgedStruct => ({
  kind: 4,
  root: 'about/c1',
  text,
  ...at,
})
const value = (key: string): ForgedStruct => ({ kind: 8, root: 'fields', key })
const over = (origin: [number, number]): ForgedStruct => ({ kind: 8, origin })
const byBo = (...structs: ForgedStruct[]) => forge({ blocks: [{ client: BO, structs }] })

beforeEach(() => {
  index = new RoomIndex()
  // Clocks of ANA: 0 to 4 a text in one piece, 5 and 6 fields, 7 overwrites the first of them.
  const structs = [letters('hello'), value('c1/a'), value('c1/b'), over([ANA, 5])]
  expect(take(forge({ blocks: [{ client: ANA, structs }] }), ana)).toBe('accepted')
})

const WEIGHTS: [name: string, structs: ForgedStruct[], steps: number][] = [
  ['letters that go on with a text at its end', [letters('x', { origin: [ANA, 4] })], 0],
  [
    'letters that go on with one’s own, in many pieces',
    [
      letters('x', { origin: [ANA, 4] }),
      letters('y', { origin: [BO, 0] }),
      letters('z', { origin: [BO, 1] }),
    ],
    0,
  ],
  ['the first letters of a text', [letters('x', { root: 'about/c2' })], 0],
  ['letters at the head of a text', [letters('x', { right: [ANA, 0] })], 1],
  ['letters in the middle of a piece', [letters('x', { origin: [ANA, 1], right: [ANA, 2] })], 1],
  [
    'two behind one letter',
    [letters('x', { origin: [ANA, 4] }), letters('y', { origin: [ANA, 4] })],
    2,
  ],
  ['a field nobody wrote', [value('c1/x')], 0],
  ['a field overwritten', [over([ANA, 6])], 0],
  ['a field overwritten that was already', [over([ANA, 5])], 3],
  ['one field overwritten twice at once', [over([ANA, 6]), over([ANA, 6])], 4],
  ['a field begun anew that was begun a moment ago', [value('c1/a')], 3],
]

describe('what an update weighs', () => {
  test.each(WEIGHTS)('[A5] %s', (_name, structs, steps) => {
    expect(take(byBo(...structs))).toBe('accepted')
    expect(charged()).toBe(steps)
  })

  test('[A5] a deletion in the text of a client who wrote much costs what it moves', () => {
    const many = Array.from({ length: 50_000 }, (_, n) => value(`c${n}/a`))
    take(
      forge({
        blocks: [{ client: BO, structs: [letters('hello', { root: 'about/c2' }), ...many] }],
      }),
    )
    const before = charged()
    take(forge({ deletes: [{ client: BO, ranges: [[1, 1]] }] }))
    expect(charged() - before).toBe(195) // twice 50,001 places, of which 512 take the time of a step
  })

  test('[A5] past the budget only what may be slow needs a trial', () => {
    index.weights.measuredAll(new Map([[bo, MAX_AUTHOR_STEPS]]))
    expect(take(byBo(over([ANA, 6])))).toBe('accepted')
    expect(take(forge({ blocks: [{ client: 21, structs: [over([ANA, 5])] }] }))).toBe('trial')
    expect(take(forge({ blocks: [{ client: 22, structs: [value('c1/x')] }] }))).toBe('trial')
    index.weights.convict(bo)
    const again = forge({ blocks: [{ client: 21, structs: [over([ANA, 5])] }] })
    expect(take(again)).toBe('refused')
    expect(take(again, ana)).toBe('accepted')
  })

  test('[A5] a measurement takes the place of what was charged before it began', () => {
    const { weights } = index
    weights.charge(bo, 100)
    weights.measuring()
    weights.charge(bo, 7)
    weights.measuredAll(new Map([[bo, 20]]))
    expect(weights.total(bo)).toBe(27)
    weights.measuring()
    weights.charge(bo, 5)
    weights.measuring() // the one before came to nothing
    expect(weights.total(bo)).toBe(32)
    weights.measuredAll(new Map())
    expect(weights.total(bo)).toBe(0)
  })

  test('[A5] a trial covers what was charged before it, and nothing that came after', () => {
    const { weights } = index
    weights.charge(bo, 100)
    const covered = weights.covered(bo)
    weights.charge(bo, 7)
    weights.tried(bo, 20, covered)
    expect(weights.total(bo)).toBe(27)
    const late = weights.covered(bo)
    weights.measuredAll(new Map([[bo, 1]]))
    weights.charge(bo, 3)
    weights.tried(bo, 2, late)
    expect(weights.total(bo)).toBeGreaterThanOrEqual(5)
  })

  test('[A5] an index written before there were weights charges whatever it can’t know', () => {
    // Version 1: no roots' sizes; one client with one run of five clocks in a text, none deleted.
    const old = [1, 1, 8, ...new TextEncoder().encode('about/c1'), 1, ANA, 1, 0, 5, 0]
    const decoded = decodeIndex(new Uint8Array(old))
    if (!decoded) throw new Error('not read')
    index = decoded.index
    expect(index.clients.get(ANA)?.followed?.covers(0, 5)).toBe(true)
    expect(decodeIndex(encodeIndex(index, new Map([[ANA, 9]])))?.steps).toEqual(new Map([[ANA, 9]]))
  })
})

/** Items at random places of a few texts and keys, such as no honest document makes. */
const wildUpdate = (random: Random, client: ClientId, clock: number): Uint8Array => {
  const known = [...index.clients].flatMap(([id, { clock: end }]) =>
    Array.from({ length: end }, (_, at): [ClientId, number] => [id, at]),
  )
  const inRoot = (root: string) =>
    known.filter(([id, at]) => index.clients.get(id)?.rootAt(at) === root)
  const structs = Array.from({ length: 1 + Math.floor(random() * 4) }, (): ForgedStruct => {
    const isText = random() < 0.6
    const places = inRoot(isText ? 'about/c1' : 'fields')
    const place = () => (places.length > 0 && random() < 0.8 ? pick(random, places) : undefined)
    const origin = place()
    if (!isText) return origin ? over(origin) : value(pick(random, ['c1/a', 'c1/b']))
    const right = place()
    const at = { ...(origin && { origin }), ...(right && { right }) }
    return letters('abc'.slice(0, 1 + Math.floor(random() * 3)), at)
  })
  return forge({ blocks: [{ client, clock, structs }] })
}

/** A hostile history: what was admitted, in order. */
const playWild = (random: Random, count: number): Uint8Array[] => {
  index = new RoomIndex()
  const updates: Uint8Array[] = []
  for (let n = 0; n < count; n++) {
    const client = 1 + Math.floor(random() * 5)
    const update = wildUpdate(random, client, index.clock(client))
    if (take(update) === 'accepted') updates.push(update)
  }
  return updates
}

/** Many items behind one of two letters or values: Yjs steps over about half of all, each time. */
const playCrowd = (random: Random, count: number): Uint8Array[] => {
  index = new RoomIndex()
  // Eight letters, each before the one before it, so that no two of them are one run.
  const before = (at: number) => letters('a', at === 0 ? {} : { right: [9, at - 1] })
  const start = [...Array.from({ length: 8 }, (_, at) => before(at)), value('c1/a')]
  const updates = [forge({ blocks: [{ client: 9, structs: start }] })]
  for (let n = 0; n < count; n++) {
    const right: [number, number] = [9, Math.floor(random() * 6)]
    const text = letters('x', { origin: [9, pick(random, [6, 7])], right })
    const structs = [text, over([9, 8])]
    updates.push(forge({ blocks: [{ client: 10 + n, structs }] }))
  }
  for (const update of updates) expect(take(update)).toBe('accepted')
  return updates
}

const playHonest = (random: Random): Uint8Array[] => {
  const docs = [1, 2, 3].map((clientID) => Object.assign(new Y.Doc(), { clientID }))
  const updates: Uint8Array[] = []
  for (const doc of docs) doc.on('update', (update, origin) => origin ?? updates.push(update))
  for (let n = 0; n < 150; n++) {
    editAtRandom(pick(random, docs), random, n)
    if (random() < 0.2)
      for (const doc of docs) for (const u of updates) Y.applyUpdate(doc, u, 'net')
  }
  return updates
}

/** What Yjs does to integrate these updates, as it is counted from inside and from outside. */
const stepsOf = (updates: readonly Uint8Array[]): { counted: number; yjs: number; doc: Y.Doc } => {
  const doc = new Y.Doc()
  const count = new StepCount(doc)
  const apply = (to: Y.Doc) => {
    for (const update of updates) Y.applyUpdate(to, update)
  }
  count.during(() => apply(doc))
  return { counted: count.compared, yjs: stepsOfYjs(() => apply(new Y.Doc())), doc }
}

const seeds = process.env.KITH_SEED
  ? [BigInt(process.env.KITH_SEED)]
  : Array.from({ length: 20 }, (_, n) => BigInt(n + 1))

describe('what the gate holds about Yjs', () => {
  test.each(seeds)('[A5] steps are counted as Yjs takes them (seed %s)', (seed) => {
    const random = seededRandom(seed)
    const wild = stepsOf(playWild(random, 60))
    expect(wild.yjs).toBeGreaterThan(0)
    expect(wild.counted).toBe(wild.yjs)
    const honest = stepsOf(playHonest(random))
    expect(honest.counted).toBe(honest.yjs)
  })

  test.each(seeds)(
    '[A5] no order of arrival costs more than twice the charges (seed %s)',
    (seed) => {
      const random = seededRandom(seed)
      const updates = seed % 2n === 0n ? playCrowd(random, 60) : playWild(random, 80)
      let structs = 0
      for (const { structs: of } of index.clients.values()) structs += of
      const backwards = Y.encodeStateAsUpdate(stepsOf(updates).doc)
      for (const order of [updates, [backwards], [Y.mergeUpdates(updates)]]) {
        // What is free costs a step at most.
        expect(stepsOf(order).yjs).toBeLessThanOrEqual(2 * charged() + structs)
      }
    },
  )

  test.each(seeds)(
    '[A5] a clock is followed where an item has it for its origin (seed %s)',
    (seed) => {
      const updates = playWild(seededRandom(seed), 60)
      const { doc } = stepsOf(updates)
      const loaded = new RoomIndex()
      const author = { id: bo, name: 'Bo' }
      carry(loaded, { update: Y.encodeStateAsUpdate(doc), author }, scanner)
      const origins = new Map<ClientId, Set<number>>()
      for (const structs of doc.store.clients.values()) {
        for (const item of structs) {
          if (!(item instanceof Y.Item)) throw new Error('a flat document holds items alone')
          const of = (id: ClientId) => origins.get(id) ?? origins.set(id, new Set()).get(id)
          if (item.origin) of(item.origin.client)?.add(item.origin.clock)
          for (let at = 0; at < item.length - 1; at++) of(item.id.client)?.add(item.id.clock + at)
        }
      }
      for (const [id, { clock, followed }] of index.clients) {
        for (let at = 0; at < clock; at++) {
          const isOrigin = origins.get(id)?.has(at) ?? false
          expect(followed?.covers(at, at + 1) ?? false, `${id}/${at}`).toBe(isOrigin)
          expect(loaded.clients.get(id)?.followed?.covers(at, at + 1) ?? false).toBe(isOrigin)
        }
      }
    },
  )
})
