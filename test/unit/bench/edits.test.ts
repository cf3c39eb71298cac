import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { Edits } from '../../../bench/drivers/edits.js'
import { Sent, watchUpdate } from '../../../bench/drivers/watch.js'

const CLIENT = 2_000_000_017

const take = (count: number): Uint8Array[] => {
  const edits = new Edits(CLIENT)
  return Array.from({ length: count }, () => edits.take())
}

describe('the edits of the bench', () => {
  test('are what Yjs itself takes: each a field of its own, with nothing dead', () => {
    const doc = new Y.Doc()
    for (const update of take(100)) Y.applyUpdate(doc, update)
    const expected = Array.from({ length: 100 }, (_, n) => `Analytical Engines ${n}`)
    expect([...doc.getMap('fields').values()]).toEqual(expected)
    expect(Y.decodeStateVector(Y.encodeStateVector(doc)).get(CLIENT)).toBe(100)
    expect(doc.store.pendingStructs).toBe(null)
    expect(Y.snapshot(doc).ds.clients.size).toBe(0)
  })

  test('are as small as those of a person at work', () => {
    expect(take(100).at(-1)?.length).toBeLessThan(75)
  })

  test('are recognised by their clocks, one by one and merged', () => {
    const updates = take(40)
    const seen: number[][] = []
    const watch = (update: Uint8Array) =>
      watchUpdate(update, (clientId, from, to) => seen.push([clientId, from, to]))
    for (const update of updates.slice(0, 2)) watch(update)
    watch(Y.mergeUpdates(updates.slice(2, 40)))
    expect(seen).toEqual([
      [CLIENT, 0, 1],
      [CLIENT, 1, 2],
      [CLIENT, 2, 40],
    ])
  })

  test('are remembered by when they were sent, the last ones alone', () => {
    const sent = new Sent(2)
    for (let n = 0; n < 10; n++) sent.send(n * 100)
    expect(sent.at(9)).toBe(900)
    expect(sent.at(2)).toBe(200)
    expect(sent.at(1)).toBeUndefined()
    expect(sent.at(10)).toBeUndefined()
  })
})
