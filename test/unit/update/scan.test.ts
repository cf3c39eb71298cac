/** The scanner by itself: what it reads off an update, and each of its bounds at and past the edge. */
import {
  CONTENT,
  MAX_CLOCK,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  NONE,
  type Scan,
  type ScanLimits,
  STORED_LIMITS,
  UPDATE_LIMITS,
  UpdateScanner,
} from 'kith-shared'
import * as encoding from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { type ForgedStruct, type ForgedUpdate, forge } from '../../harness/forge.js'

const scan = (update: ForgedUpdate, limits?: Partial<ScanLimits>): Scan => {
  const bytes = forge(update)
  const scanner = new UpdateScanner()
  return limits ? scanner.scan(bytes, { ...STORED_LIMITS, ...limits }) : scanner.scan(bytes)
}

const verdict = (update: ForgedUpdate, limits?: Partial<ScanLimits>): string => {
  const scanned = scan(update, limits)
  return scanned.ok ? 'ok' : scanned.refusal
}

const read = (update: ForgedUpdate) => {
  const scanned = scan(update)
  if (!scanned.ok) throw new Error(scanned.refusal)
  return scanned.update
}

const text = (letters: string, more: Partial<ForgedStruct> = {}): ForgedStruct => ({
  kind: CONTENT.string,
  root: 'about/c1',
  text: letters,
  ...more,
})

const field = (value: unknown, more: Partial<ForgedStruct> = {}): ForgedStruct => ({
  kind: CONTENT.json,
  root: 'fields',
  key: 'c1/name',
  values: [value],
  ...more,
})

const one = (struct: ForgedStruct, clock = 0): ForgedUpdate => ({
  blocks: [{ client: 7, clock, structs: [struct] }],
})

const deletes = (...ranges: [number, number][]): ForgedUpdate => ({
  deletes: [{ client: 7, ranges }],
})

describe('[A1] a scan', () => {
  const update: ForgedUpdate = {
    blocks: [
      {
        client: 9,
        clock: 4,
        structs: [
          text('ab🙂'),
          text('c', { origin: [9, 7], right: [3, 2] }),
          { kind: CONTENT.deleted, length: 5, origin: [9, 8] },
        ],
      },
      { client: 3, clock: 0, structs: [field('Ana'), text('x', { right: [9, 4] })] },
    ],
    deletes: [
      {
        client: 9,
        ranges: [
          [1, 2],
          [3, 4],
        ],
      },
      { client: 3, ranges: [[0, 1]] },
    ],
  }

  it('gives each struct with its clock, length, kind and neighbours', () => {
    const scanned = read(update)
    const rows = Array.from({ length: scanned.structs }, (_, row) => ({
      clock: scanned.clock[row],
      length: scanned.length[row],
      kind: scanned.kind[row],
      origin: [scanned.originClient[row], scanned.originClock[row]],
      right: [scanned.rightClient[row], scanned.rightClock[row]],
      root: scanned.roots[scanned.root[row] ?? NONE],
      key: scanned.keys[row],
    }))
    const none = [NONE, expect.anything()]
    expect(rows).toEqual([
      { clock: 4, length: 4, kind: 4, origin: none, right: none, root: 'about/c1', key: undefined },
      {
        clock: 8,
        length: 1,
        kind: 4,
        origin: [9, 7],
        right: [3, 2],
        root: undefined,
        key: undefined,
      },
      {
        clock: 9,
        length: 5,
        kind: 1,
        origin: [9, 8],
        right: none,
        root: undefined,
        key: undefined,
      },
      { clock: 0, length: 1, kind: 8, origin: none, right: none, root: 'fields', key: 'c1/name' },
      {
        clock: 1,
        length: 1,
        kind: 4,
        origin: none,
        right: [9, 4],
        root: undefined,
        key: undefined,
      },
    ])
  })

  it('gives each client’s block, and where its clocks end', () => {
    const scanned = read(update)
    expect(scanned.blocks).toBe(2)
    expect(scanned.blockClient).toEqual([9, 3])
    expect(scanned.blockClock.slice(0, 2)).toEqual([4, 0])
    expect(scanned.blockEnd.slice(0, 2)).toEqual([14, 2])
    expect(scanned.blockFirst.slice(0, 2)).toEqual([0, 3])
    expect(scanned.blockStop.slice(0, 2)).toEqual([3, 5])
    expect([scanned.blockOf(9), scanned.blockOf(3), scanned.blockOf(4)]).toEqual([0, 1, undefined])
    expect(scanned.lastClient).toBe(3)
    expect([4, 7, 8, 9, 13].map((clock) => scanned.structAt(0, clock))).toEqual([0, 0, 1, 2, 2])
    expect([0, 1].map((clock) => scanned.structAt(1, clock))).toEqual([3, 4])
  })

  it('gives each deleted range, and where in the bytes they begin', () => {
    const scanned = read(update)
    const ranges = Array.from({ length: scanned.deletes }, (_, row) => [
      scanned.deleteClient[row],
      scanned.deleteClock[row],
      scanned.deleteLength[row],
    ])
    expect(ranges).toEqual([
      [9, 1, 2],
      [9, 3, 4],
      [3, 0, 1],
    ])
    const bytes = forge(update)
    const behind = forge({ deletes: update.deletes ?? [] }).length - 1
    expect(scanned.deletesOffset).toBe(bytes.length - behind)
  })

  it('reads hundreds of structs and ranges as Yjs wrote them', () => {
    const doc = new Y.Doc()
    const letters = doc.getText('about/c1')
    for (let n = 0; n < 300; n++) letters.insert(0, `${n},`)
    for (let n = 0; n < 200; n++) letters.delete(n, 1)
    const bytes = Y.encodeStateAsUpdate(doc)
    const scanned = new UpdateScanner().scan(bytes)
    const decoded = Y.decodeUpdate(bytes)
    if (!scanned.ok) throw new Error(scanned.refusal)
    const { structs, clock, length, deleteClock, deleteLength } = scanned.update
    expect(structs).toBe(decoded.structs.length)
    expect([...clock.slice(0, structs)]).toEqual(decoded.structs.map(({ id }) => id.clock))
    expect([...length.slice(0, structs)]).toEqual(decoded.structs.map((struct) => struct.length))
    const [ranges = []] = [...decoded.ds.clients.values()]
    expect(scanned.update.deletes).toBe(ranges.length)
    expect(ranges.length).toBeGreaterThan(64)
    expect([...deleteClock.slice(0, ranges.length)]).toEqual(ranges.map((range) => range.clock))
    expect([...deleteLength.slice(0, ranges.length)]).toEqual(ranges.map((range) => range.len))
  })

  it('remembers nothing of the one before, taken or refused', () => {
    const scanner = new UpdateScanner()
    const clean = forge(one(field('Ana')))
    const before = scanner.scan(clean)
    expect(before.ok && [before.update.structs, before.update.roots.length]).toEqual([1, 1])
    const broken = forge({
      ...update,
      deletes: [{ client: 9, ranges: [[0, 0]] }],
    })
    expect(scanner.scan(broken)).toEqual({ ok: false, refusal: 'bad-clock' })
    const after = scanner.scan(clean)
    if (!after.ok) throw new Error(after.refusal)
    expect(after.update.structs).toBe(1)
    expect(after.update.blocks).toBe(1)
    expect(after.update.deletes).toBe(0)
    expect(after.update.roots).toEqual(['fields'])
    expect(after.update.blockOf(9)).toBeUndefined()
    expect(after.update.blockOf(7)).toBe(0)
    expect(scanner.scan(forge(deletes([0, 1]))).ok).toBe(true)
    expect(scanner.scan(forge(deletes([0, 1]))).ok).toBe(true)
  })

  it('knows a root again, and tells roots apart that begin alike', () => {
    const names = ['about/c1', 'about/c1', 'about/c12', 'about/c1', 'fields', 'about/c12']
    const structs = names.map((root) => text('x', { root }))
    const scanned = read({ blocks: [{ client: 7, structs }] })
    expect(scanned.roots).toEqual(['about/c1', 'about/c12', 'fields'])
    expect([...scanned.root.slice(0, 6)]).toEqual([0, 0, 1, 0, 2, 1])
  })
})

describe('[A1] a bound holds at its edge, and refuses past it:', () => {
  const structs = (count: number): ForgedUpdate => ({
    blocks: [{ client: 7, structs: Array.from({ length: count }, () => text('x')) }],
  })
  const roots = (count: number): ForgedUpdate => ({
    blocks: [
      {
        client: 7,
        structs: Array.from({ length: count }, (_, n) => text('x', { root: `about/${n}` })),
      },
    ],
  })
  const clients = (count: number): ForgedUpdate => ({
    blocks: Array.from({ length: count }, (_, n) => ({ client: 100 - n, structs: [text('x')] })),
  })
  const deleteClients = (count: number): ForgedUpdate => ({
    deletes: Array.from({ length: count }, (_, n) => ({ client: 100 - n, ranges: [[0, 1]] })),
  })

  it.each<[string, Partial<ScanLimits>, (count: number) => ForgedUpdate]>([
    ['structs', { structs: 5 }, structs],
    ['roots', { roots: 5 }, roots],
    ['clients', { clients: 5 }, clients],
    ['ranges', { deletes: 5 }, (count) => deletes(...ranges(count))],
    ['clients with deletes', { deleteClients: 5 }, deleteClients],
  ])('%s', (_, limits, update) => {
    expect(verdict(update(5), limits)).toBe('ok')
    expect(verdict(update(6), limits)).toBe('too-heavy')
  })

  const ranges = (count: number): [number, number][] =>
    Array.from({ length: count }, (_, n): [number, number] => [2 * n, 1])

  it('structs of a message of up to 1 MB, and of a larger one', () => {
    expect(verdict(structs(UPDATE_LIMITS.structs))).toBe('ok')
    expect(verdict(structs(UPDATE_LIMITS.structs + 1))).toBe('too-heavy')
    const padded = (count: number): ForgedUpdate => ({
      blocks: [
        { client: 8, structs: [text('x'.repeat(1024 * 1024))] },
        ...(structs(count - 1).blocks ?? []),
      ],
    })
    expect(verdict(padded(2 * UPDATE_LIMITS.structs))).toBe('ok')
    expect(verdict(padded(2 * UPDATE_LIMITS.structs + 1))).toBe('too-heavy')
    // 80,000 in all, however large.
    const larger = { ...padded(2 * UPDATE_LIMITS.structs), deletes: [] }
    larger.blocks?.unshift({ client: 9, structs: [text('x'.repeat(2 * 1024 * 1024))] })
    expect(verdict(larger)).toBe('too-heavy')
  })

  it('roots of a message of up to 1 MB, and of a larger one', () => {
    expect(verdict(roots(UPDATE_LIMITS.roots))).toBe('ok')
    expect(verdict(roots(UPDATE_LIMITS.roots + 1))).toBe('too-heavy')
    const padded = (count: number): ForgedUpdate => ({
      blocks: [
        { client: 8, structs: [text('x'.repeat(1024 * 1024), { root: 'about/0' })] },
        ...(roots(count).blocks ?? []),
      ],
    })
    expect(verdict(padded(2 * UPDATE_LIMITS.roots))).toBe('ok')
    expect(verdict(padded(2 * UPDATE_LIMITS.roots + 1))).toBe('too-heavy')
  })

  it('clocks', () => {
    const end = MAX_CLOCK - 1
    expect(verdict(one(text('x'), end - 1))).toBe('ok')
    expect(verdict(one(text('x'), end))).toBe('bad-clock')
    expect(verdict(one({ kind: CONTENT.deleted, length: 2 ** 40 }))).toBe('bad-clock')
    expect(verdict(deletes([end - 1, 1]))).toBe('ok')
    expect(verdict(deletes([end, 1]))).toBe('bad-clock')
    expect(verdict(deletes([1, end]))).toBe('bad-clock')
  })

  it('ranges in order, side by side or apart, each with something in it', () => {
    expect(verdict(deletes([0, 2], [2, 1], [9, 1]))).toBe('ok')
    expect(verdict(deletes([0, 2], [1, 1]))).toBe('bad-deletes')
    expect(verdict(deletes([5, 2], [0, 1]))).toBe('bad-deletes')
    expect(verdict(deletes([5, 0]))).toBe('bad-clock')
  })

  it('names of roots and keys', () => {
    expect(verdict(one(text('x', { root: 'r'.repeat(MAX_KEY_BYTES) })))).toBe('ok')
    expect(verdict(one(text('x', { root: 'r'.repeat(MAX_KEY_BYTES + 1) })))).toBe('unknown-root')
    // Its length takes two bytes more.
    expect(verdict(one(field('x', { key: 'k'.repeat(MAX_KEY_BYTES - 2) })))).toBe('ok')
    expect(verdict(one(field('x', { key: 'k'.repeat(MAX_KEY_BYTES - 1) })))).toBe('bad-value')
    expect(verdict(one(field('x', { key: '__proto__' })))).toBe('bad-value')
  })
})

describe('[A1] what is no update of a flat document is refused:', () => {
  it.each<[string, ForgedUpdate, string]>([
    ['clients in ascending order', clientsInOrder(3, 9), 'broken'],
    ['a client twice', clientsInOrder(9, 9), 'client-twice'],
    ['a client’s deletes twice', { deletes: [range(9), range(9)] }, 'client-twice'],
    ['a client without structs', { blocks: [{ client: 9, structs: [] }] }, 'broken'],
    ['an empty text', one(text('')), 'broken'],
    ['no values', one(field('x', { values: [] })), 'broken'],
    ['nothing deleted', one({ kind: CONTENT.deleted, length: 0 }), 'broken'],
    ['a parent that is an item', one(text('x', { parent: [3, 1] })), 'not-flat'],
  ])('%s', (_, update, refusal) => {
    expect(verdict(update)).toBe(refusal)
  })

  it.each([0, 2, 3, 5, 6, 7, 9, 10])('a struct of kind %i', (kind) => {
    expect(verdict(one({ kind, raw: [1, 1, 1], root: 'fields', key: 'c1/name' }))).toBe('not-flat')
  })

  it('a byte too much or too little', () => {
    const bytes = forge(one(field('Ana')))
    const scanner = new UpdateScanner()
    expect(scanner.scan(bytes).ok).toBe(true)
    expect(scanner.scan(new Uint8Array([...bytes, 0]))).toEqual({ ok: false, refusal: 'broken' })
    for (let end = 0; end < bytes.length; end++) {
      expect(scanner.scan(bytes.subarray(0, end))).toEqual({ ok: false, refusal: 'broken' })
    }
  })
})

function clientsInOrder(...clients: number[]): ForgedUpdate {
  return { blocks: clients.map((client) => ({ client, structs: [text('x')] })) }
}

function range(client: number): { client: number; ranges: [number, number][] } {
  return { client, ranges: [[0, 1]] }
}

describe('[A1] a value', () => {
  const nested = (levels: number): unknown => {
    let value: unknown = 'x'
    for (let n = 0; n < levels; n++) value = n % 2 === 0 ? [value] : { in: value }
    return value
  }

  it.each([
    null,
    true,
    false,
    0,
    -7,
    2 ** 31 - 1,
    2 ** 40,
    1.5,
    0.1,
    'text',
    '',
    [],
    {},
    [1, 'a', null, [true]],
    { a: 1, b: { c: [] } },
    nested(6),
  ])('of plain JSON is taken: %j', (value) => {
    expect(verdict(one(field(value)))).toBe('ok')
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a BigInt', 7n],
    ['bytes', new Uint8Array([1])],
    ['undefined in a list', [undefined]],
    ['bytes in a record', { a: new Uint8Array([1]) }],
    ['one seven levels deep', nested(7)],
    ['seven records, one in another', { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } }],
    ['a record with the key __proto__', JSON.parse('{"__proto__":1}')],
    ['such a record within another', [{ a: JSON.parse('{"__proto__":{}}') }]],
  ])('that is none is refused: %s', (_, value) => {
    expect(verdict(one(field(value)))).toBe('bad-value')
  })

  it('may have keys that look like __proto__', () => {
    expect(verdict(one(field({ __proto: 1, _proto__: 2, __prot0__: 3, constructor: 4 })))).toBe(
      'ok',
    )
  })

  it('of no known type is broken', () => {
    const value = one({ kind: CONTENT.json, root: 'fields', key: 'c1/name', raw: [1, 115] })
    expect(verdict(value)).toBe('broken')
  })

  /** Sizes are those of the longest encoding: a type byte, then the content. */
  const size = (value: unknown): number => {
    const to = encoding.createEncoder()
    encoding.writeAny(to, value as never) // the values below are all lib0's
    return encoding.length(to)
  }

  it('has a largest size, by its bytes', () => {
    const largest = 'x'.repeat(MAX_VALUE_BYTES - 3)
    expect(size(largest)).toBe(MAX_VALUE_BYTES)
    expect(verdict(one(field(largest)))).toBe('ok')
    expect(verdict(one(field(`${largest}x`)))).toBe('bad-value')
    const list = ['x'.repeat(MAX_VALUE_BYTES - 5)]
    expect(size(list)).toBe(MAX_VALUE_BYTES)
    expect(verdict(one(field(list)))).toBe('ok')
    expect(verdict(one(field([`${list[0]}x`])))).toBe('bad-value')
    const record = { k: 'x'.repeat(MAX_VALUE_BYTES - 7) }
    expect(size(record)).toBe(MAX_VALUE_BYTES)
    expect(verdict(one(field(record)))).toBe('ok')
    expect(verdict(one(field({ k: `${record.k}x` })))).toBe('bad-value')
  })

  it.each<[string, unknown, number]>([
    ['nothings', null, 1],
    ['truths', true, 1],
    ['small numbers', 7, 2],
    ['numbers of four bytes', 2 ** 26, 5],
    // Beyond 2^31 lib0 writes a float when it writes again.
    ['large numbers', 2 ** 31 - 1, 9],
    ['short floats', 1.5, 9],
    ['long floats', 0.1, 9],
  ])('counts %s by their longest form', (_, item, bytes) => {
    const most = Math.floor((MAX_VALUE_BYTES - 3) / bytes)
    const header = most < 128 ? 2 : 3
    const fitting = Math.floor((MAX_VALUE_BYTES - header) / bytes)
    expect(verdict(one(field(Array.from({ length: fitting }, () => item))))).toBe('ok')
    expect(verdict(one(field(Array.from({ length: fitting + 1 }, () => item))))).toBe('bad-value')
  })
})
