import { aboutText, createContact, setField } from 'kith-shared'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { refusedText } from '../../../demo/src/status/refused-text.js'
import { contactId } from '../contact-id.js'

const ID = contactId('contact-0')

const updateOf = (edit: (doc: Y.Doc) => void): Uint8Array => {
  const doc = new Y.Doc()
  createContact(doc, ID, { name: 'Ana' }, { now: 1, newId: () => 'entry' })
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  edit(doc)
  return Y.mergeUpdates(updates)
}

const textOf = (update: Uint8Array) =>
  refusedText(['Name of Ana'], { id: '1', reason: 'gap', touches: [], update })

test('a refused change is told with the values it holds, so that they can be typed again', () => {
  const update = updateOf((doc) => {
    setField(doc, ID, 'name', 'Anabel')
    setField(doc, ID, 'name', 'Anabella')
    aboutText(doc, ID).insert(0, 'Met at sea')
  })
  const lines = textOf(update).split('\n')
  expect(lines[0]).toBe('Name of Ana (it builds on something that is missing)')
  expect(lines).toContain('Anabella')
  expect(lines).toContain('Met at sea')
})

test('one that cannot be read still tells what it was about', () => {
  expect(textOf(new Uint8Array([1, 1, 255]))).toBe(
    'Name of Ana (it builds on something that is missing)',
  )
})
