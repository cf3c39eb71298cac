/**
 * The attacks on a workspace, as builders of bytes, each with the reason that it gets. Shared by the
 * gate's own test, the real server's and the simulation.
 */
import type { ClientId, Refusal } from 'kith-shared'
import { contact, type ForgedStruct, type ForgedUpdate, field, forge, letters } from './forge.js'

/** Whom an attack is aimed at, and by whom. */
export interface Targets {
  /** Ana's, of whose clocks the server knows: 0 a contact `c1`, 1 a field, 2 to 6 its text. */
  written: ClientId
  /** Ana's too: bound, and the server knows no clock of it, for she has not sent what she wrote. */
  unsent: ClientId
  /** The attacker's own. */
  own: ClientId
}

export interface Poison {
  /** The step of SPEC.md, "Admission", that refuses it. */
  rule: string
  name: string
  refusal: Refusal
  build: (targets: Targets) => Uint8Array
}

type Row = [
  rule: string,
  name: string,
  refusal: Refusal,
  update: (targets: Targets) => ForgedUpdate,
]

const raw = (kind: number, bytes: number[], root = 'fields'): ForgedStruct =>
  root === 'fields' ? { kind, root, key: 'c1/x', raw: bytes } : { kind, root, raw: bytes }

const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)])

/** As long as it may be on the wire; Yjs writes these numbers longer when it merges. */
const growing = (length: number): ForgedStruct => {
  const integer = [125, 0x80, 0x80, 0x80, 0x80, 0x20]
  return raw(8, [
    1,
    117,
    0x80 | (length & 0x7f),
    length >> 7,
    ...Array(length).fill(integer).flat(),
  ])
}

/** Structs under somebody's id, from a clock on. */
const under =
  (who: keyof Targets, clock: number, ...structs: ForgedStruct[]) =>
  (targets: Targets): ForgedUpdate => ({ blocks: [{ client: targets[who], clock, structs }] })

/** What the attacker writes under the own id, from clock 0 on. */
const own = (...structs: ForgedStruct[]) => under('own', 0, ...structs)

/** The same, where the structs name other people's clocks. */
const aimed =
  (structs: (targets: Targets) => ForgedStruct[]) =>
  (targets: Targets): ForgedUpdate => ({
    blocks: [{ client: targets.own, structs: structs(targets) }],
  })

const deleting =
  (client: 'written' | 'unsent', ...ranges: [clock: number, length: number][]) =>
  (targets: Targets): ForgedUpdate => ({ deletes: [{ client: targets[client], ranges }] })

const FORM: Row[] = [
  [
    'A1',
    'a GC struct over a colleague’s clocks, up to 2^40',
    'not-flat',
    under('unsent', 0, { kind: 0, length: 2 ** 40 }),
  ],
  ['A1', 'a skip struct', 'not-flat', own({ kind: 10, length: 5 })],
  ['A1', 'a nested type', 'not-flat', own(raw(7, [1]))],
  ['A1', 'a subdocument', 'not-flat', own(raw(9, [1, 97, 118, 0]))],
  ['A1', 'an embed', 'not-flat', own(raw(5, [2, 123, 125], 'about/c1'))],
  ['A1', 'a format', 'not-flat', own(raw(6, [1, 98, 4, 116, 114, 117, 101], 'about/c1'))],
  ['A1', 'binary content', 'not-flat', own(raw(3, [1, 0]))],
  ['A1', 'JSON of the old kind', 'not-flat', own(raw(2, [1, 1, 49]))],
  [
    'A1',
    'a parent that is an item',
    'not-flat',
    aimed(({ written }) => [{ kind: 8, parent: [written, 0], key: 'x' }]),
  ],
  ['A1', 'a parent that nobody knows', 'not-flat', own({ kind: 8, parent: [999, 0], key: 'x' })],
  [
    'A1',
    'a header that claims millions of structs',
    'not-flat',
    ({ own: client }) => ({ blocks: [{ client, structs: [], count: 33_000_000 }] }),
  ],
  [
    'A1',
    'one client twice',
    'client-twice',
    ({ own: client }) => ({
      blocks: [
        { client, structs: [field('c1/a')] },
        { client, clock: 1, structs: [field('c1/b')] },
      ],
    }),
  ],
  [
    'A1',
    'one client twice among the deletes',
    'client-twice',
    ({ written: client }) => ({
      deletes: [
        { client, ranges: [[1, 1]] },
        { client, ranges: [[2, 1]] },
      ],
    }),
  ],
  [
    'A1',
    'clients out of order',
    'broken',
    ({ own: client }) => ({
      blocks: [
        { client: 1, structs: [field('c1/a')] },
        { client, structs: [field('c1/b')] },
      ],
    }),
  ],
  [
    'A1',
    'a length near 2^53',
    'bad-clock',
    own({ kind: 1, root: 'fields', key: 'c1/x', length: 2 ** 53 - 2 }),
  ],
  ['A1', 'a clock past 2^31', 'bad-clock', under('own', 2 ** 31, field('c1/x'))],
  ['A1', 'a delete range near 2^53', 'bad-clock', deleting('written', [1, 2 ** 53 - 2])],
  ['A1', 'delete ranges out of order', 'bad-deletes', deleting('written', [3, 1], [2, 1])],
  ['A1', 'delete ranges that overlap', 'bad-deletes', deleting('written', [2, 3], [4, 1])],
  ['A1', 'a value too deep', 'bad-value', own(field('c1/x', nested(7)))],
  ['A1', 'a value too large', 'bad-value', own(field('c1/x', 'x'.repeat(16 * 1024)))],
  ['A1', 'a value that is too large once it is written again', 'bad-value', own(growing(2000))],
  ['A1', 'a BigInt', 'bad-value', own(field('c1/x', 10n))],
  ['A1', 'bytes as a value', 'bad-value', own(field('c1/x', new Uint8Array([1])))],
  ['A1', 'undefined as a value', 'bad-value', own({ ...field('c1/x'), values: [undefined] })],
  ['A1', 'the key __proto__', 'bad-value', own(field('__proto__'))],
  [
    'A1',
    '__proto__ inside a value',
    'bad-value',
    own(field('c1/x', JSON.parse('{"__proto__":{"a":1}}'))),
  ],
]

const IDENTITY: Row[] = [
  [
    'A2',
    'a colleague’s client id, where they stopped',
    'foreign-client',
    under('written', 7, field('c1/x')),
  ],
  [
    'A2',
    'a colleague’s client id before they write',
    'foreign-client',
    under('unsent', 0, field('c1/x')),
  ],
  [
    'A2',
    'deleted content over a colleague’s clocks to come',
    'foreign-client',
    under('unsent', 0, { ...letters(''), kind: 1, length: 2 ** 30 }),
  ],
  ['A2', 'a gap in one’s own clocks', 'gap', under('own', 5, field('c1/x'))],
]

const ORDER: Row[] = [
  ['A3', 'an origin that nobody knows', 'gap', own({ kind: 8, origin: [999, 0] })],
  [
    'A3',
    'three thousand origins that nobody knows',
    'gap',
    own(...Array.from({ length: 3_000 }, (_, n): ForgedStruct => ({ kind: 4, origin: [999, n] }))),
  ],
  ['A3', 'a right origin that nobody knows', 'gap', own({ kind: 4, right: [999, 3] })],
  [
    'A3',
    'an origin that points at itself',
    'circular',
    aimed((targets) => [{ kind: 8, origin: [targets.own, 0] }]),
  ],
  [
    'A3',
    'a right origin that points at itself',
    'circular',
    aimed((targets) => [{ kind: 4, right: [targets.own, 0] }]),
  ],
  [
    'A3',
    'an origin that points forwards',
    'circular',
    aimed((targets) => [{ kind: 4, origin: [targets.own, 1] }, letters('x')]),
  ],
  [
    'A3',
    'origins in a circle',
    'circular',
    ({ own: client }) => ({
      blocks: [
        { client: client + 1, structs: [{ kind: 4, origin: [client, 0] }] },
        { client, structs: [{ kind: 4, origin: [client + 1, 0] }] },
      ],
    }),
  ],
  ['A3', 'a delete of a colleague’s clocks to come', 'gap', deleting('written', [7, 2 ** 20])],
  ['A3', 'a delete of a colleague’s unsent clocks', 'gap', deleting('unsent', [0, 2 ** 30])],
]

const PLACE: Row[] = [
  ['A4', 'an unknown root', 'unknown-root', own({ kind: 8, root: 'secrets', key: 'x' })],
  ['A4', 'a text under no contact', 'unknown-root', own(letters('x', 'about/'))],
  ['A4', 'a string in a map', 'misplaced', own({ kind: 4, root: 'fields', key: 'c1/x' })],
  ['A4', 'JSON in a text', 'misplaced', own({ kind: 8, root: 'about/c1' })],
  ['A4', 'a list in a map', 'misplaced', own({ kind: 8, root: 'fields' })],
  ['A4', 'a key in a text', 'misplaced', own({ kind: 4, root: 'about/c1', key: 'k' })],
  ['A4', 'two values under one key', 'misplaced', own({ ...field('c1/x'), values: [1, 2] })],
  ['A4', 'a field key without a contact', 'misplaced', own(field('name'))],
  [
    'A4',
    'a string behind a field',
    'misplaced',
    aimed(({ written }) => [{ kind: 4, origin: [written, 1] }]),
  ],
  [
    'A4',
    'a value behind a letter, in another root',
    'misplaced',
    aimed(({ written }) => [{ kind: 8, origin: [written, 3] }]),
  ],
  [
    'A4',
    'a right origin on a map item',
    'misplaced',
    aimed(({ written }) => [{ kind: 8, origin: [written, 1], right: [written, 1] }]),
  ],
  [
    'A4',
    'a right origin in another root',
    'misplaced',
    aimed(({ written }) => [{ kind: 4, origin: [written, 2], right: [written, 1] }]),
  ],
  [
    'A4',
    'a letter between another one and itself',
    'circular',
    aimed(({ written }) => [{ kind: 4, origin: [written, 3], right: [written, 3] }]),
  ],
  [
    'A4',
    'a letter between two of one run, turned round',
    'circular',
    aimed(({ written }) => [{ kind: 4, origin: [written, 5], right: [written, 3] }]),
  ],
  [
    'A4',
    'a letter between two of the same update, turned round',
    'circular',
    aimed((targets) => [
      letters('abc'),
      { kind: 4, origin: [targets.own, 2], text: 'd' },
      { kind: 4, origin: [targets.own, 3], right: [targets.own, 1] },
    ]),
  ],
  [
    'A4',
    'an overwrite of a creation',
    'written-once',
    aimed(({ written }) => [{ kind: 8, origin: [written, 0] }]),
  ],
  ['A4', 'a creation deleted', 'written-once', deleting('written', [0, 1])],
  [
    'A4',
    'a creation deleted together with what is next to it',
    'written-once',
    deleting('written', [0, 3]),
  ],
]

export const POISON: readonly Poison[] = [...FORM, ...IDENTITY, ...ORDER, ...PLACE].map(
  ([rule, name, refusal, update]) => ({
    rule,
    name,
    refusal,
    build: (targets) => forge(update(targets)),
  }),
)

/** What Ana has sent under `written`. */
export const attackedRow = (written: ClientId): Uint8Array =>
  forge({
    blocks: [{ client: written, structs: [contact('c1'), field('c1/name'), letters('hello')] }],
  })
