import { UpdateScanner } from 'kith-shared'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { encodeStateVector, strip } from '../../../server/core/admission/strip.js'
import { type ForgedStruct, forge } from '../../harness/forge.js'

const scanner = new UpdateScanner()
/** Letters of one byte in UTF-8, of two, three and four, the first and the last, and a BOM. */
const TEXT = 'a\u{7f}\u{80}é\u{7ff}\u{800}€\u{ffff}\u{10000}😀\u{10ffff}b\u{feff}c'

/** One text, typed at once: at the head, behind a letter, before one, and between two. */
const insertions = (): Uint8Array[] =>
  [0, 1, 2].flatMap((known) =>
    Array.from({ length: known + 1 }, (_, at) => {
      const doc = new Y.Doc()
      doc.clientID = 200_000
      doc.getText('about/c1').insert(0, 'xy'.slice(0, known))
      const before = Y.encodeStateVector(doc)
      doc.clientID = 100_000
      doc.getText('about/c1').insert(at, TEXT)
      return Y.encodeStateAsUpdate(doc, before)
    }),
  )

/** What lies at `clock` of client 100,000 and behind, as the gate writes it and as Yjs does. */
const restsAt = (update: Uint8Array, clock: number): { own: string; yjs: string } => {
  const known = new Map([[100_000, clock]])
  const scan = scanner.scan(update)
  if (!scan.ok) throw new Error(scan.refusal)
  const own = strip(update, scan.update, (client) => known.get(client) ?? 0, [])
  if (!own) throw new Error('not stripped')
  const yjs = Y.diffUpdate(update, encodeStateVector(known))
  return { own: Buffer.from(own).toString('hex'), yjs: Buffer.from(yjs).toString('hex') }
}

test.each(insertions().map((update, n) => [n, update] as const))(
  '[A2] a text that is known in part is cut as Yjs cuts it, wherever that is (insertion %s)',
  (_, update) => {
    for (let clock = 1; clock < TEXT.length; clock++) {
      const { own, yjs } = restsAt(update, clock)
      expect(own).toBe(yjs)
    }
  },
)

const ORIGIN = { origin: [200_000, 0] } satisfies Partial<ForgedStruct>
const OTHERS: [name: string, struct: ForgedStruct][] = [
  ['values of a map', { kind: 8, key: 'c1/a', values: ['b', { c: 1 }, [true, null]] }],
  ['values that name no key', { kind: 8, values: [1, 'two', 3.5] }],
  ['values behind others', { kind: 8, values: [1, 'two', 3.5], ...ORIGIN }],
  ['letters in a map', { kind: 4, key: 'c1/a', text: 'abc' }],
  ['letters in a map behind others', { kind: 4, key: 'c1/a', text: 'abc', ...ORIGIN }],
  ['a deleted text', { kind: 1, length: 3, root: 'about/c1' }],
]

test.each(OTHERS)('[A2] %s, known in part, are cut as Yjs cuts them', (_, struct) => {
  const letters: ForgedStruct = { kind: 4, root: 'about/c1', text: 'behind' }
  const update = forge({
    blocks: [
      { client: 200_000, structs: [letters] },
      { client: 100_000, structs: [struct, letters] },
      { client: 50_000, structs: [letters] },
    ],
  })
  for (let clock = 1; clock < 10; clock++) {
    const { own, yjs } = restsAt(update, clock)
    expect(own).toBe(yjs)
  }
})

/** How many bytes are made strings of, counted from outside. */
const bytesDecoded = (act: () => void): number => {
  const { decode } = TextDecoder.prototype
  let bytes = 0
  TextDecoder.prototype.decode = function counted(input, options) {
    bytes += input?.byteLength ?? 0
    return decode.call(this, input, options)
  }
  try {
    act()
  } finally {
    TextDecoder.prototype.decode = decode
  }
  return bytes
}

test('[A2] of a text that is known in part no string is made, unless a character is cut in two', () => {
  const update = forge({
    blocks: [{ client: 100_000, structs: [{ kind: 4, root: 'about/c1', text: TEXT }] }],
  })
  const scan = scanner.scan(update)
  if (!scan.ok) throw new Error(scan.refusal)
  for (let clock = 1; clock < TEXT.length; clock++) {
    const isWhole = (TEXT.codePointAt(clock - 1) ?? 0) < 0x1_0000
    const decoded = bytesDecoded(() => strip(update, scan.update, () => clock, []))
    expect(decoded > 0, `${clock}`).toBe(!isWhole)
  }
})
