import { UpdateScanner } from 'kith-shared'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { encodeStateVector, strip } from '../../../server/core/admission/strip.js'

const scanner = new UpdateScanner()
const TEXT = 'aé€😀b\u{feff}c'

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

test.each(insertions().map((update, n) => [n, update] as const))(
  '[A2] a text that is known in part is cut as Yjs cuts it, wherever that is (insertion %s)',
  (_, update) => {
    for (let clock = 1; clock < TEXT.length; clock++) {
      const known = new Map([[100_000, clock]])
      const scan = scanner.scan(update)
      if (!scan.ok) throw new Error(scan.refusal)
      const rest = strip(update, scan.update, (client) => known.get(client) ?? 0, [])
      expect(rest && Buffer.from(rest).toString('hex')).toBe(
        Buffer.from(Y.diffUpdate(update, encodeStateVector(known))).toString('hex'),
      )
    }
  },
)
