import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { Departed } from '../../../client/core/departed.js'
import type { Edit } from '../../../client/core/edit.js'

test('[E9] what an edit builds on is told in pieces without a gap, also where some of it moved to nothing', () => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const word of ['one ', 'two ', 'three ']) doc.getText('about/c').insert(0, word)
  const edits = updates.map((update, n): Edit => {
    const { clientID: clientId } = doc
    return { id: `${n}`, owner: 1, clientId, update, epoch: 1, touches: ['about/c'] }
  })
  const [first, , last] = edits
  if (!first || !last) throw new Error('not as planned')
  const anew = (edit: Edit): Edit => ({ ...edit, id: `${edit.id}>`, epoch: 2, replaces: edit.id })
  const departed = new Departed()
  const gone = edits.map(({ id }) => id)
  departed.leave({ refused: [], gone, edits: [anew(first), anew(last)], settled: [] }, edits)
  const behind = departed.behind(1) ?? []
  expect(behind.map(({ epoch }) => epoch)).toEqual([2, 0, 2])
  const found = new Y.Doc()
  for (const { was } of behind) {
    Y.applyUpdate(found, was)
    expect(found.store.pendingStructs).toBeNull()
  }
  expect(found.getText('about/c').toString()).toBe('three two one ')
})
