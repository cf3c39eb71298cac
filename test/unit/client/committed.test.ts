import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { Committed } from '../../../client/core/committed.js'

/** One text, in updates of about this many bytes. */
const written = (count: number, bytes: number): Uint8Array[] => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let n = 0; n < count; n++) doc.getText('about/c').insert(0, 'x'.repeat(bytes))
  return updates
}

const lengthIn = (committed: Committed): number => {
  const doc = new Y.Doc()
  for (const update of committed.updates) Y.applyUpdate(doc, update)
  return doc.getText('about/c').length
}

test('many rows are merged into one, which says the same', () => {
  const committed = new Committed()
  for (const [at, row] of written(40, 100_000).entries()) committed.add(row, at + 1)
  expect(committed.updates.length).toBeLessThan(30)
  expect(committed.seq).toBe(40)
  expect(lengthIn(committed)).toBe(4_000_000)
})

test('[P7] a snapshot is kept as it came: merging it would load it a second time', () => {
  const committed = new Committed()
  const [snapshot] = written(1, 2_000_000)
  if (snapshot === undefined) throw new Error('no snapshot')
  committed.add(snapshot, 9)
  expect(committed.updates[0] === snapshot).toBe(true)
})
