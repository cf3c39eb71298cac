import { crc32 as zlibCrc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { crc32 } from '../../../client/edge/crc32.js'
import { Incoming } from '../../../client/incoming.js'
import { LiveDocument } from '../../../client/live-document.js'

/** A document, how many updates Yjs has written for it, and which of them were edits. */
const live = () => {
  const doc = new Y.Doc()
  const edits: Uint8Array[] = []
  const followed = new LiveDocument(doc, (update) => edits.push(update))
  followed.start()
  let written = 0
  doc.on('afterTransactionCleanup', () => {
    if (doc._observers.has('update')) written++
  })
  return { doc, edits, followed, written: () => written }
}

const somebodyElses = (): Uint8Array => {
  const doc = new Y.Doc()
  doc.getMap('contacts').set('a', { name: 'Ana' })
  return Y.encodeStateAsUpdate(doc)
}

test('[P3] what comes from elsewhere is not written anew, and an edit is, once', () => {
  const { doc, edits, followed, written } = live()
  followed.applyAll([somebodyElses()], new Incoming({ type: 'device' }))
  expect(doc.getMap('contacts').has('a')).toBe(true)
  expect(written()).toBe(0)
  doc.getMap('fields').set('a/name', 'Ada')
  expect(written()).toBe(1)
  expect(edits).toHaveLength(1)
  followed.apply(somebodyElses(), new Incoming({ type: 'snapshot', seq: 1 }))
  expect(written()).toBe(1)
  followed.close()
  doc.getMap('fields').set('a/name', 'Ana')
  expect(edits).toHaveLength(1)
})

test('[P3] what an app writes while it hears of somebody else’s change is an edit', () => {
  const { doc, edits, followed } = live()
  doc.getMap('contacts').observe(() => {
    doc.getMap('fields').set('a/company', 'Acme')
  })
  followed.apply(somebodyElses(), new Incoming({ type: 'snapshot', seq: 1 }))
  expect(edits).toHaveLength(1)
  const other = new Y.Doc()
  Y.applyUpdate(other, edits[0] ?? new Uint8Array([0, 0]))
  expect(other.getMap('fields').toJSON()).toEqual({ 'a/company': 'Acme' })
  expect(other.getMap('contacts').size).toBe(0)
})

test('[D5] a checksum is that of zip, whatever the length and place of the bytes', () => {
  const all = Uint8Array.from({ length: 300 }, (_, at) => (at * 7_919) >> 3)
  for (let length = 0; length < 64; length++) {
    const bytes = all.subarray(length % 5, (length % 5) + length * 4)
    expect(crc32(bytes)).toBe(zlibCrc32(bytes))
  }
})
