import { type Refusal, UPDATE_LIMITS, UpdateScanner, type UserId } from 'kith-shared'
import { beforeEach, describe, expect, test } from 'vitest'
import { admit, type UpdateMessage, type Verdict } from '../../../server/core/admission/admit.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { carry } from '../../../server/core/room-state.js'
import { type ForgedUpdate, forge } from '../../harness/forge.js'

const ana = 'ana' as UserId
const eve = 'eve' as UserId
const ANA = 10
const EVE = 66
/** Bound to Ana, who has written nothing under it that the server knows. */
const ANAS_OTHER = 11

const scanner = new UpdateScanner()
let index: RoomIndex

const judge = (
  user: UserId,
  bytes: Uint8Array,
  role: 'editor' | 'viewer' = 'editor',
  message: UpdateMessage = 'update',
): Verdict => {
  const scan = scanner.scan(bytes)
  if (!scan.ok) return { verdict: 'refused', refusal: scan.refusal }
  const draft = new IndexDraft(index)
  const verdict = admit(draft, { userId: user, role }, message, bytes, scan.update)
  if (verdict.verdict === 'accepted') draft.fold()
  return verdict
}

const field = (key: string, value: unknown = 'x') => ({
  kind: 8,
  root: 'fields',
  key,
  values: [value],
})
const contact = (key: string) => ({ kind: 8, root: 'contacts', key, values: [{ name: 'Ana' }] })
const letters = (text: string, root = 'about/c1') => ({ kind: 4, root, text })
const byEve = (
  ...structs: NonNullable<ForgedUpdate['blocks']>[number]['structs']
): ForgedUpdate => ({
  blocks: [{ client: EVE, structs }],
})

beforeEach(() => {
  index = new RoomIndex()
  index.owners.set(ANAS_OTHER, ana)
  // Clocks of ANA: 0 a contact, 1 a field, 2 to 6 the text.
  const structs = [contact('c1'), field('c1/name'), letters('hello')]
  expect(judge(ana, forge({ blocks: [{ client: ANA, structs }] })).verdict).toBe('accepted')
})

const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)])

/** As long as it may be on the wire; Yjs writes these numbers longer when it merges. */
const growing = (length: number) => {
  const integer = [125, 0x80, 0x80, 0x80, 0x80, 0x20]
  const raw = [1, 117, 0x80 | (length & 0x7f), length >> 7]
  for (let n = 0; n < length; n++) raw.push(...integer)
  return { kind: 8, root: 'fields', key: 'c1/x', raw }
}

const POISON: [rule: string, name: string, update: ForgedUpdate, refusal: Refusal][] = [
  [
    'A1',
    'a GC struct over a colleague’s clocks',
    { blocks: [{ client: ANAS_OTHER, structs: [{ kind: 0, length: 2 ** 40 }] }] },
    'not-flat',
  ],
  ['A1', 'a skip struct', byEve({ kind: 10, length: 5 }), 'not-flat'],
  ['A1', 'a nested type', byEve({ kind: 7, root: 'fields', key: 'c1/x', raw: [1] }), 'not-flat'],
  [
    'A1',
    'a subdocument',
    byEve({ kind: 9, root: 'fields', key: 'c1/x', raw: [1, 97, 118, 0] }),
    'not-flat',
  ],
  ['A1', 'an embed', byEve({ kind: 5, root: 'about/c1', raw: [2, 123, 125] }), 'not-flat'],
  [
    'A1',
    'a format',
    byEve({ kind: 6, root: 'about/c1', raw: [1, 98, 4, 116, 114, 117, 101] }),
    'not-flat',
  ],
  [
    'A1',
    'binary content',
    byEve({ kind: 3, root: 'fields', key: 'c1/x', raw: [1, 0] }),
    'not-flat',
  ],
  [
    'A1',
    'JSON of the old kind',
    byEve({ kind: 2, root: 'fields', key: 'c1/x', raw: [1, 1, 49] }),
    'not-flat',
  ],
  ['A1', 'a parent that is an item', byEve({ kind: 8, parent: [ANA, 0], key: 'x' }), 'not-flat'],
  [
    'A1',
    'a header that claims millions of structs',
    { blocks: [{ client: EVE, structs: [], count: 33_000_000 }] },
    'not-flat',
  ],
  [
    'A1',
    'one client twice',
    {
      blocks: [
        { client: EVE, structs: [field('c1/a')] },
        { client: EVE, clock: 1, structs: [field('c1/b')] },
      ],
    },
    'client-twice',
  ],
  [
    'A1',
    'one client twice among the deletes',
    {
      deletes: [
        { client: ANA, ranges: [[1, 1]] },
        { client: ANA, ranges: [[2, 1]] },
      ],
    },
    'client-twice',
  ],
  [
    'A1',
    'a length near 2^53',
    byEve({ kind: 1, root: 'fields', key: 'c1/x', length: 2 ** 53 - 2 }),
    'bad-clock',
  ],
  [
    'A1',
    'a clock past 2^31',
    { blocks: [{ client: EVE, clock: 2 ** 31, structs: [field('c1/x')] }] },
    'bad-clock',
  ],
  [
    'A1',
    'delete ranges out of order',
    {
      deletes: [
        {
          client: ANA,
          ranges: [
            [3, 1],
            [2, 1],
          ],
        },
      ],
    },
    'bad-deletes',
  ],
  [
    'A1',
    'delete ranges that overlap',
    {
      deletes: [
        {
          client: ANA,
          ranges: [
            [2, 3],
            [4, 1],
          ],
        },
      ],
    },
    'bad-deletes',
  ],
  ['A1', 'a value too deep', byEve(field('c1/x', nested(7))), 'bad-value'],
  ['A1', 'a value too large', byEve(field('c1/x', 'x'.repeat(16 * 1024))), 'bad-value'],
  ['A1', 'a value that is too large once it is written again', byEve(growing(2000)), 'bad-value'],
  [
    'A1',
    'clients out of order',
    {
      blocks: [
        { client: 5, structs: [field('c1/a')] },
        { client: EVE, structs: [field('c1/b')] },
      ],
    },
    'broken',
  ],
  ['A1', 'a BigInt', byEve(field('c1/x', 10n)), 'bad-value'],
  ['A1', 'bytes as a value', byEve(field('c1/x', new Uint8Array([1]))), 'bad-value'],
  [
    'A1',
    'undefined as a value',
    byEve({ kind: 8, root: 'fields', key: 'c1/x', values: [undefined] }),
    'bad-value',
  ],
  ['A1', 'the key __proto__', byEve(field('__proto__')), 'bad-value'],
  [
    'A1',
    '__proto__ inside a value',
    byEve(field('c1/x', JSON.parse('{"__proto__":{"a":1}}'))),
    'bad-value',
  ],
  [
    'A2',
    'another’s client id',
    { blocks: [{ client: ANA, clock: 7, structs: [field('c1/x')] }] },
    'foreign-client',
  ],
  [
    'A2',
    'a colleague’s id before they write',
    { blocks: [{ client: ANAS_OTHER, structs: [field('c1/x')] }] },
    'foreign-client',
  ],
  [
    'A2',
    'a gap in one’s own clocks',
    { blocks: [{ client: EVE, clock: 5, structs: [field('c1/x')] }] },
    'gap',
  ],
  ['A3', 'an origin that nobody knows', byEve({ kind: 8, origin: [999, 0] }), 'gap'],
  ['A3', 'an origin that points at itself', byEve({ kind: 8, origin: [EVE, 0] }), 'circular'],
  [
    'A3',
    'an origin that points forwards',
    byEve({ kind: 4, origin: [EVE, 1] }, letters('x')),
    'circular',
  ],
  [
    'A3',
    'origins in a circle',
    {
      blocks: [
        { client: 71, structs: [{ kind: 4, origin: [70, 0] }] },
        { client: 70, structs: [{ kind: 4, origin: [71, 0] }] },
      ],
    },
    'circular',
  ],
  ['A3', 'a right origin that nobody knows', byEve({ kind: 4, right: [999, 3] }), 'gap'],
  [
    'A3',
    'a delete of future clocks',
    { deletes: [{ client: ANA, ranges: [[7, 2 ** 20]] }] },
    'gap',
  ],
  [
    'A3',
    'a delete of a colleague’s unsent clocks',
    { deletes: [{ client: ANAS_OTHER, ranges: [[0, 100]] }] },
    'gap',
  ],
  ['A4', 'an unknown root', byEve({ kind: 8, root: 'secrets', key: 'x' }), 'unknown-root'],
  ['A4', 'a text under no contact', byEve(letters('x', 'about/')), 'unknown-root'],
  ['A4', 'a string in a map', byEve({ kind: 4, root: 'fields', key: 'c1/x' }), 'misplaced'],
  ['A4', 'JSON in a text', byEve({ kind: 8, root: 'about/c1' }), 'misplaced'],
  ['A4', 'a list in a map', byEve({ kind: 8, root: 'fields' }), 'misplaced'],
  ['A4', 'a key in a text', byEve({ kind: 4, root: 'about/c1', key: 'k' }), 'misplaced'],
  [
    'A4',
    'two values under one key',
    byEve({ kind: 8, root: 'fields', key: 'c1/x', values: [1, 2] }),
    'misplaced',
  ],
  ['A4', 'a string behind a field', byEve({ kind: 4, origin: [ANA, 1] }), 'misplaced'],
  ['A4', 'a value behind a letter', byEve({ kind: 8, origin: [ANA, 3] }), 'misplaced'],
  [
    'A4',
    'a right origin on a map item',
    byEve({ kind: 8, origin: [ANA, 1], right: [ANA, 1] }),
    'misplaced',
  ],
  [
    'A4',
    'a right origin in another root',
    byEve({ kind: 4, origin: [ANA, 2], right: [ANA, 1] }),
    'misplaced',
  ],
  ['A4', 'a field key without a contact', byEve(field('name')), 'misplaced'],
  ['A4', 'an overwrite of a creation', byEve({ kind: 8, origin: [ANA, 0] }), 'written-once'],
  ['A4', 'a creation deleted', { deletes: [{ client: ANA, ranges: [[0, 1]] }] }, 'written-once'],
  [
    'A4',
    'a creation deleted together with what is next to it',
    { deletes: [{ client: ANA, ranges: [[0, 3]] }] },
    'written-once',
  ],
]

describe('poison', () => {
  test.each(POISON)('[%s] %s is refused, and leaves no trace', (_rule, _name, update, refusal) => {
    const before = structuredClone([...index.clients].map(([id, { clock }]) => [id, clock]))
    expect(judge(eve, forge(update))).toEqual({ verdict: 'refused', refusal })
    expect([...index.clients].map(([id, { clock }]) => [id, clock])).toEqual(before)
    expect(index.owners.get(EVE)).toBeUndefined()
  })

  test('[A1] bytes left over are refused, a thousand of them or one', () => {
    const bytes = forge(byEve(field('c1/x')))
    for (const extra of [1, 1000]) {
      const padded = new Uint8Array(bytes.length + extra)
      padded.set(bytes)
      expect(judge(eve, padded)).toEqual({ verdict: 'refused', refusal: 'broken' })
    }
  })

  test('[A4] a SyncStep2 loses what it deletes of creations, and keeps the rest', () => {
    const structs = [field('c1/x', 'new')]
    const deletes = [{ client: ANA, ranges: [[0, 3]] as [number, number][] }]
    const bytes = forge({ blocks: [{ client: EVE, structs }], deletes })
    expect(judge(eve, bytes)).toEqual({ verdict: 'refused', refusal: 'written-once' })
    const verdict = judge(eve, bytes, 'editor', 'sync-step-2')
    const kept = forge({
      blocks: [{ client: EVE, structs }],
      deletes: [
        {
          client: ANA,
          ranges: [
            [1, 1],
            [2, 1],
          ],
        },
      ],
    })
    expect(verdict).toEqual({ verdict: 'accepted', update: kept })
  })

  test('[A1] more structs than one update may hold are refused, however few bytes they take', () => {
    const structs = Array.from({ length: UPDATE_LIMITS.structs + 1 }, () => letters('x'))
    expect(judge(eve, forge({ blocks: [{ client: EVE, structs }] }))).toEqual({
      verdict: 'refused',
      refusal: 'too-heavy',
    })
  })

  test('what was committed loads, whatever today’s rules say of it', () => {
    const old = forge(byEve({ kind: 8, root: 'secrets', key: 'x' }, field('no slash')))
    expect(judge(eve, old).verdict).toBe('refused')
    const row = { update: old, author: { id: eve, name: 'Eve' } }
    expect(carry(index, row, scanner)).toBe(true)
    expect(index.clock(EVE)).toBe(2)
  })

  test('two people’s interleaved deletes by the hundred thousand fold in a moment', () => {
    const letters = forge(byEve({ kind: 4, root: 'about/c1', text: 'x'.repeat(400_000) }))
    expect(judge(eve, letters).verdict).toBe('accepted')
    for (const offset of [0, 2]) {
      const ranges = Array.from({ length: 100_000 }, (_, n): [number, number] => [
        n * 4 + offset,
        1,
      ])
      expect(judge(eve, forge({ deletes: [{ client: EVE, ranges }] })).verdict).toBe('accepted')
    }
    expect(index.clients.get(EVE)?.deleted.count).toBe(200_000)
  })

  test('[A1] every truncation of a valid update is refused', () => {
    const update = byEve(field('c1/x', { a: [1.5, true, null, 'é🙂'] }), letters('hello 🙂'))
    const bytes = forge({ ...update, deletes: [{ client: ANA, ranges: [[2, 2]] }] })
    for (let length = 0; length < bytes.length; length++) {
      expect(judge(eve, bytes.slice(0, length)).verdict, `${length} bytes`).toBe('refused')
    }
    expect(judge(eve, bytes).verdict).toBe('accepted')
  })

  test('[A1] text that is no UTF-8 is refused', () => {
    for (const bad of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      const bytes = forge(byEve({ kind: 4, root: 'about/c1', raw: [bad.length, ...bad] }))
      expect(judge(eve, bytes)).toEqual({ verdict: 'refused', refusal: 'broken' })
    }
  })

  test('[A6] a viewer’s new work is refused, and what is known already is not', () => {
    expect(judge(eve, forge(byEve(field('c1/x'))), 'viewer')).toEqual({
      verdict: 'refused',
      refusal: 'read-only',
    })
    const known = forge({ blocks: [{ client: ANA, structs: [contact('c1')] }] })
    expect(judge(eve, known, 'viewer').verdict).toBe('known')
  })

  test('[P4] the 13 bytes that erase a colleague’s offline work elsewhere erase nothing here', () => {
    const attack = forge({ deletes: [{ client: ANAS_OTHER, ranges: [[0, 2 ** 30]] }] })
    expect(attack.length).toBeLessThanOrEqual(13)
    expect(judge(eve, attack)).toEqual({ verdict: 'refused', refusal: 'gap' })
    const offline = forge({
      blocks: [{ client: ANAS_OTHER, structs: [field('c1/title', 'mine')] }],
    })
    expect(judge(ana, offline)).toEqual({ verdict: 'accepted', update: offline })
  })

  test('a repetition is known, and of an overlap only the new part is kept', () => {
    const first = forge(byEve(letters('abc')))
    const both = forge(byEve(letters('abc'), { kind: 4, origin: [EVE, 2], text: 'def' }))
    expect(judge(eve, first).verdict).toBe('accepted')
    expect(judge(eve, first).verdict).toBe('known')
    const verdict = judge(eve, both)
    if (verdict.verdict !== 'accepted') throw new Error(verdict.verdict)
    expect(verdict.update).toEqual(
      forge({
        blocks: [{ client: EVE, clock: 3, structs: [{ kind: 4, origin: [EVE, 2], text: 'def' }] }],
      }),
    )
  })
})
