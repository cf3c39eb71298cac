/**
 * Updates as a grammar, for fast-check: plain data that says what is to be built, so that it can be
 * shrunk, resolved against what the room knows when its turn comes. Half of what it gives is nearly
 * right, for only such gets past the first checks.
 */
import fc from 'fast-check'
import type { RoomIndex } from '../../server/core/room-index.js'
import { type ForgedStruct, type ForgedUpdate, forge } from './forge.js'
import type { Neighbours } from './gate.js'

/** Some are Eve's, some Ana's, some nobody's yet; the last ones lie at the edge of the numbers. */
export const CLIENTS = [66, 67, 68, 10, 11, 5, 1, 2 ** 32 - 1, 2 ** 53 - 1] as const

const ROOTS = ['about/c1', 'fields', 'contacts', 'notes', 'about/c2', 'secrets', 'about/', '']
const KEYS = ['c1/name', 'c1/title', 'c1', 'c2', 'n1', 'c1/tags/a', '__proto__', '', 'no slash']
const TEXTS = ['x', 'ab', 'Åse ', '🙂', 'a🙂b', '\ufffd', '李李', 'hello world', '']

/** An id of a struct: relative to what is known, so that near misses are common. */
type Reference =
  | { at: 'known'; client: number; offset: number }
  | { at: 'own'; offset: number }
  /** The n-th known clock of the struct's own root. */
  | { at: 'root'; n: number }

interface StructPlan {
  kind: number
  root: number
  key: number | undefined
  origin: Reference | undefined
  right: Reference | undefined
  text: number
  values: unknown[]
  length: number
  raw: number[] | undefined
}

interface BlockPlan {
  client: number
  clock: number
  structs: StructPlan[]
  count: number
}

interface DeletePlan {
  client: number
  ranges: { from: 'known' | 'zero'; offset: number; length: number }[]
}

interface ByteEdit {
  how: 'set' | 'step' | 'insert' | 'remove' | 'cut' | 'append'
  at: number
  byte: number
}

export interface UpdatePlan {
  blocks: BlockPlan[]
  deletes: DeletePlan[]
  isSorted: boolean
}

const client = fc.nat(CLIENTS.length - 1)
const usually = <T>(value: T, other: fc.Arbitrary<T>, weight = 9): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other })

const reference: fc.Arbitrary<Reference> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ at: fc.constant('root' as const), n: fc.nat(200) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.constant('own' as const),
      offset: fc.integer({ min: -6, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at: fc.constant('known' as const),
      client,
      offset: fc.integer({ min: -8, max: 3 }),
    }),
  },
)

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 })

const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>('v', 1, -1, 1.5, true, null, {}, []) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(10n, undefined, Number.NaN, 2 ** 40, '\ud800') },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 8 }) },
)

const mapStruct: fc.Arbitrary<StructPlan> = fc.record({
  kind: usually(8, fc.constant(1)),
  root: usually(1, fc.nat(3), 3),
  key: usually<number | undefined>(0, maybe(fc.nat(KEYS.length - 1)), 1),
  origin: maybe(reference),
  right: usually<Reference | undefined>(undefined, reference, 20),
  text: fc.constant(0),
  values: usually<unknown[]>(['v'], fc.array(value, { maxLength: 3 }), 1),
  length: fc.nat(3),
  raw: fc.constant(undefined),
})

const textStruct: fc.Arbitrary<StructPlan> = fc.record({
  kind: usually(4, fc.constant(1)),
  root: usually(0, fc.constant(4), 4),
  key: usually<number | undefined>(undefined, fc.nat(2), 20),
  origin: maybe(reference),
  right: maybe(reference),
  text: fc.nat(TEXTS.length - 1),
  values: fc.constant([]),
  length: fc.nat(9),
  raw: fc.constant(undefined),
})

/** Every kind of content, every flag, any bytes for content. */
const anyStruct: fc.Arbitrary<StructPlan> = fc.record({
  kind: fc.nat(31),
  root: fc.nat(ROOTS.length - 1),
  key: maybe(fc.nat(KEYS.length - 1)),
  origin: maybe(reference),
  right: maybe(reference),
  text: fc.nat(TEXTS.length - 1),
  values: fc.array(value, { maxLength: 3 }),
  length: fc.oneof(fc.nat(5), fc.constantFrom(2 ** 20, 2 ** 31, 2 ** 40, 2 ** 53 - 1)),
  raw: maybe(fc.array(fc.nat(255), { maxLength: 12 })),
})

const struct = fc.oneof(
  { weight: 8, arbitrary: textStruct },
  { weight: 8, arbitrary: mapStruct },
  { weight: 1, arbitrary: anyStruct },
)

const block: fc.Arbitrary<BlockPlan> = fc.record({
  client: usually(0, client, 1),
  clock: usually(0, fc.integer({ min: -6, max: 3 }), 5),
  structs: fc.array(struct, { minLength: 1, maxLength: 5 }),
  count: usually(0, fc.constantFrom(-1, 1, 33_000_000), 40),
})

const deletes: fc.Arbitrary<DeletePlan> = fc.record({
  client,
  ranges: fc.array(
    fc.record({
      from: fc.constantFrom('known' as const, 'zero' as const),
      offset: fc.integer({ min: -5, max: 6 }),
      length: usually(1, fc.constantFrom(0, 2, 3, 9, 2 ** 31, 2 ** 53 - 1), 5),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

export const updatePlan: fc.Arbitrary<UpdatePlan> = fc.record({
  blocks: fc.array(block, { maxLength: 3 }),
  deletes: fc.oneof(
    { weight: 2, arbitrary: fc.constant<DeletePlan[]>([]) },
    { weight: 1, arbitrary: fc.array(deletes, { maxLength: 2 }) },
  ),
  isSorted: usually(true, fc.constant(false), 20),
})

export const byteEdits: fc.Arbitrary<ByteEdit[]> = fc.array(
  fc.record({
    how: fc.constantFrom<ByteEdit['how']>(
      'set',
      'step',
      'step',
      'insert',
      'remove',
      'cut',
      'append',
    ),
    at: fc.nat(10_000),
    byte: fc.nat(255),
  }),
  { minLength: 1, maxLength: 3 },
)

/** Small steps turn one valid number into another more often than any byte does. */
export const editBytes = (bytes: Uint8Array, edits: readonly ByteEdit[]): Uint8Array => {
  let all = [...bytes]
  for (const { how, at, byte } of edits) {
    const place = at % Math.max(1, all.length)
    if (how === 'set') all[place] = byte
    else if (how === 'step') all[place] = ((all[place] ?? 0) + (byte < 128 ? 1 : 255)) & 255
    else if (how === 'insert') all.splice(place, 0, byte)
    else if (how === 'remove') all.splice(place, 1)
    else if (how === 'cut') all = all.slice(0, place)
    else all.push(byte)
  }
  return new Uint8Array(all)
}

/**
 * The bytes of a plan, in a room that knows this. With `neighbours`, letters lie between such as
 * stand side by side, and follow each other, as those of a real document do.
 */
export const buildUpdate = (
  plan: UpdatePlan,
  index: RoomIndex,
  neighbours?: (root: string, n: number) => Neighbours,
): Uint8Array => {
  const known = (which: number) => index.clock(CLIENTS[which] ?? 0)
  const blocks = plan.blocks.map((block): NonNullable<ForgedUpdate['blocks']>[number] => {
    const first = Math.max(0, known(block.client) + block.clock)
    let clock = first
    const typing = new Map<string, Neighbours>()
    const structs = block.structs.map((each) => {
      const client = CLIENTS[block.client] ?? 0
      const built = buildStruct(each, index, client, clock)
      const length = neighbours ? Math.min(lengthOf(built), 99) : lengthOf(built)
      if (neighbours && isLetter(built)) {
        const { root = '' } = built
        const between = typing.get(root) ?? neighbours(root, numberOf(each.origin))
        Object.assign(built, between, { length })
        typing.set(root, { origin: [client, clock + length - 1], right: between.right })
      }
      clock += length
      return built
    })
    const count = Math.max(0, structs.length + block.count)
    return { client: CLIENTS[block.client] ?? 0, clock: first, structs, count }
  })
  const deletes = plan.deletes.map(({ client: which, ranges }) => ({
    client: CLIENTS[which] ?? 0,
    ranges: ranges.map(({ from, offset, length }): [number, number] => [
      Math.max(0, (from === 'known' ? known(which) : 0) + offset),
      length,
    ]),
  }))
  if (!plan.isSorted) return forge({ blocks, deletes })
  const once = [...new Map(blocks.map((each) => [each.client, each])).values()]
  for (const { ranges } of deletes) ranges.sort(([one], [other]) => one - other)
  return forge({ blocks: once.sort((one, other) => other.client - one.client), deletes })
}

const isLetter = ({ root, key, kind }: ForgedStruct): boolean =>
  root?.startsWith('about/c') === true && key === undefined && kind !== 0 && kind !== 10

const numberOf = (reference: Reference | undefined): number =>
  reference?.at === 'root' ? reference.n : 0

const lengthOf = ({ kind, text, values, length }: ForgedStruct): number =>
  kind === 4 ? (text?.length ?? 1) : kind === 8 ? (values?.length ?? 1) : (length ?? 1)

const buildStruct = (
  plan: StructPlan,
  index: RoomIndex,
  client: number,
  clock: number,
): ForgedStruct => {
  const root = ROOTS[plan.root] ?? ''
  const resolve = (to: Reference): [number, number] => referenceTo(to, index, root, client, clock)
  const { kind, length, values, raw } = plan
  return {
    kind,
    root,
    length,
    values,
    text: TEXTS[plan.text] ?? '',
    ...(raw && { raw }),
    ...(plan.key !== undefined && { key: KEYS[plan.key] ?? '' }),
    ...(plan.origin && { origin: resolve(plan.origin) }),
    ...(plan.right && { right: resolve(plan.right) }),
  }
}

const referenceTo = (
  to: Reference,
  index: RoomIndex,
  root: string,
  client: number,
  clock: number,
): [number, number] => {
  if (to.at === 'own') return [client, Math.max(0, clock + to.offset)]
  if (to.at === 'known') {
    const other = CLIENTS[to.client] ?? 0
    return [other, Math.max(0, index.clock(other) + to.offset)]
  }
  const clocks: [number, number][] = []
  for (const [id, runs] of index.clients) {
    runs.runsIn(0, runs.clock, (name, from, end) => {
      if (name !== root) return
      for (let at = from; at < Math.min(end, from + 40); at++) clocks.push([id, at])
    })
  }
  return clocks[to.n % Math.max(1, clocks.length)] ?? [client, Math.max(0, clock - 1)]
}
