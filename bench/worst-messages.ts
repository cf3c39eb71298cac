/** The messages that cost most for their size, each a hair below what its kind may have. */
import { encodeMessage, UPDATE_LIMITS } from 'kith-shared'
import * as Y from 'yjs'
import {
  awarenessFrame,
  deletedAfter,
  field,
  first,
  frameOf,
  letterAfter,
  opening,
  range,
  updateOf,
} from './bytes.js'

export interface WorstCase {
  name: string
  /** Sent and committed before, unmeasured. */
  before?: readonly Uint8Array[]
  /** Sent together, so that one batch takes them. */
  frames: readonly Uint8Array[]
}

const MB = 1024 * 1024 - 64
const C = 1
const D = 2

const text = (structs: number) =>
  updateOf({
    blocks: [
      {
        client: C,
        structs,
        struct: first(
          opening(() => 'about/c'),
          letterAfter(C, (n) => n),
        ),
      },
    ],
  })

const STRUCTS = UPDATE_LIMITS.structs

/** As many structs as fit into so many bytes, `most` at most; `make` gives an update of so many. */
const fill = (
  make: (count: number) => Uint8Array,
  { bytes = MB, most = STRUCTS }: { bytes?: number; most?: number } = {},
): Uint8Array => {
  for (let count = 32; ; ) {
    const update = make(count)
    const isFull = count === most || update.length > bytes * 0.9
    if (isFull && update.length <= bytes) return update
    count = Math.min(most, Math.max(1, Math.floor((count * bytes * 0.95) / update.length)))
  }
}

const longText = updateOf({
  blocks: [{ client: C, structs: 1, struct: opening(() => 'about/c', 'x'.repeat(MB - 100)) }],
})

/** Origins in no order, none twice: so many ranges, each put between others. */
const scattered = (structs: number) =>
  updateOf({
    blocks: [{ client: D, structs, struct: letterAfter(C, (n) => (n * 618_033) % 999_983) }],
  })

const deletes = (count: number) =>
  updateOf({ deletes: [{ client: C, ranges: count, range: range((n) => n * 2) }] })

const deletesFrom = (from: number, count: number) =>
  updateOf({ deletes: [{ client: C, ranges: count, range: range((n) => (from + n) * 2) }] })

const manyDeletes = () =>
  Array.from({ length: 6 }, (_, n) => frameOf('update', deletesFrom(n * 40_000, 40_000)))

/** A state vector that holds all of `longText`. */
const upToDate = Y.encodeStateVectorFromUpdate(longText)

const nested = (depth: number): unknown => (depth === 0 ? null : [nested(depth - 1)])

const clients = (count: number) =>
  updateOf({
    blocks: Array.from({ length: count }, (_, n) => ({
      client: 100_000 - n,
      structs: 1,
      struct: opening(() => 'about/c'),
    })),
  })

const entriesOf = (characters: number) =>
  fill(
    (structs) =>
      updateOf({ blocks: [{ client: C, structs, struct: field('x'.repeat(characters)) }] }),
    { bytes: 16 * MB, most: 2 * STRUCTS },
  )

const zigzag = (pairs: number) =>
  updateOf({
    blocks: [
      {
        client: D,
        structs: pairs,
        struct: first(
          opening(() => 'about/c'),
          letterAfter(C, (n) => n),
        ),
      },
      { client: C, structs: pairs, struct: letterAfter(D, (n) => n) },
    ],
  })

const edits = (count: number): Uint8Array[] => {
  const doc = new Y.Doc()
  doc.clientID = C
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let n = 0; n < count; n++) doc.getMap('fields').set(`c${n % 500}/name`, `Name ${n}`)
  return updates
}

const minimal = fill(text)
const half = text(STRUCTS / 2)
const broken = minimal.slice(0, minimal.length - 3)

export const worstMessages = (): WorstCase[] => [
  { name: 'far too many structs', frames: [frameOf('update', fill(text, { most: 500_000 }))] },
  { name: 'letters one by one', frames: [frameOf('update', minimal)] },
  {
    name: 'letters all over a long text',
    before: [frameOf('update', longText)],
    frames: [frameOf('update', fill(scattered))],
  },
  {
    name: 'deleted structs',
    frames: [
      frameOf(
        'update',
        fill((structs) =>
          updateOf({
            blocks: [
              {
                client: C,
                structs,
                struct: first(
                  opening(() => 'about/c'),
                  deletedAfter(C),
                ),
              },
            ],
          }),
        ),
      ),
    ],
  },
  {
    name: 'structs that name their parent',
    frames: [
      frameOf(
        'update',
        fill((structs) =>
          updateOf({ blocks: [{ client: C, structs, struct: opening(() => 'about/c') }] }),
        ),
      ),
    ],
  },
  {
    name: 'a root for each struct',
    frames: [
      frameOf(
        'update',
        fill(
          (structs) =>
            updateOf({ blocks: [{ client: C, structs, struct: opening((n) => `about/${n}`) }] }),
          { most: UPDATE_LIMITS.roots },
        ),
      ),
    ],
  },
  {
    name: 'entries with the least value',
    frames: [
      frameOf(
        'update',
        fill((structs) => updateOf({ blocks: [{ client: C, structs, struct: field(null) }] })),
      ),
    ],
  },
  {
    name: 'delete ranges, far too many that are new',
    before: [frameOf('update', longText)],
    frames: [frameOf('update', deletes(200_000))],
  },
  {
    name: 'delete ranges, all the gate takes',
    before: [frameOf('update', longText)],
    frames: [frameOf('update', deletes(40_000))],
  },
  {
    name: 'delete ranges, all known',
    before: [frameOf('update', longText), ...manyDeletes()],
    frames: [frameOf('sync-step-2', deletes(200_000))],
  },
  {
    name: 'values of many nulls',
    frames: [
      frameOf(
        'update',
        fill((structs) =>
          updateOf({
            blocks: [{ client: C, structs, struct: field(new Array(15_000).fill(null)) }],
          }),
        ),
      ),
    ],
  },
  {
    name: 'deep values',
    frames: [
      frameOf(
        'update',
        fill((structs) =>
          updateOf({
            blocks: [{ client: C, structs, struct: field(new Array(2_000).fill(nested(5))) }],
          }),
        ),
      ),
    ],
  },
  { name: 'tiny clients', frames: [frameOf('update', fill(clients, { most: 50_000 }))] },
  { name: 'tiny clients, all the gate takes', frames: [frameOf('update', clients(2_000))] },
  {
    name: 'two clients that wait for each other',
    frames: [frameOf('update', zigzag(STRUCTS / 2))],
  },
  { name: 'broken at the end', frames: [frameOf('update', broken)] },
  {
    name: 'known in part',
    before: [frameOf('update', half)],
    frames: [frameOf('update', minimal)],
  },
  { name: 'one text', frames: [frameOf('update', longText)] },
  {
    name: 'known in part, within one text',
    before: [
      frameOf(
        'update',
        updateOf({
          blocks: [{ client: C, structs: 1, struct: opening(() => 'about/c', 'x'.repeat(1000)) }],
        }),
      ),
    ],
    frames: [frameOf('update', longText)],
  },
  {
    name: 'known in all',
    before: [frameOf('update', minimal)],
    frames: [frameOf('update', minimal)],
  },
  {
    name: '1 MB of one-field edits at once',
    frames: edits(20_000).map((update) => frameOf('update', update)),
  },
  { name: '100,000 awareness states', frames: [awarenessFrame(100_000, () => '{}')] },
  { name: 'awareness, all states it may hold', frames: [awarenessFrame(10_000, () => '{}')] },
  {
    name: 'SyncStep1 where 240,000 ranges are deleted',
    before: [frameOf('update', longText), ...manyDeletes()],
    frames: [encodeMessage({ type: 'sync-step-1', stateVector: upToDate })],
  },
  {
    name: 'awareness, half-broken JSON',
    frames: [awarenessFrame(100, () => `{"a":${'['.repeat(10_000)}`)],
  },
  {
    name: 'SyncStep2 of 16 MB: entries of 180 bytes',
    frames: [frameOf('sync-step-2', entriesOf(180))],
  },
  {
    name: 'SyncStep2 of 16 MB: entries of 1 KB',
    frames: [frameOf('sync-step-2', entriesOf(1000))],
  },
]
