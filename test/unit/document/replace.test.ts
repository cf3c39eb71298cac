import { aboutText, addNote, type DocumentChange, DocumentIndex, setField } from 'kith-shared'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { contactId, noteId, Person, readAll, rebuilt } from './play.js'

const ID = contactId('ana')
const BO = contactId('bo')

/** An index, and a copy of its document that says what `edit` makes of it. */
const replaced = (edit: (doc: Y.Doc) => void) => {
  const person = new Person()
  person.create('ana', { name: 'Ana', emails: [{ value: 'ana@kith.test' }] })
  person.create('bo', { name: 'Bo' })
  addNote(person.doc, noteId('n'), ID, 'a note', 1)
  aboutText(person.doc, BO).insert(0, 'at sea')
  const before = readAll(person.index)
  const next = new Y.Doc()
  Y.applyUpdate(next, Y.encodeStateAsUpdate(person.doc))
  edit(next)
  const changes = person.hears(() => person.index.replace(next, 'replaced'))
  return { person, before, next, changes, index: person.index }
}

test('an index goes on with another document, and tells what that one says otherwise', () => {
  const { index, next, changes } = replaced((doc) => {
    setField(doc, ID, 'title', 'Dr')
    aboutText(doc, BO).insert(0, 'Met ')
    addNote(doc, noteId('m'), BO, 'another', 2)
  })
  expect(changes).toMatchObject([
    { type: 'contact-updated', contactId: ID, changes: { title: { before: '', after: 'Dr' } } },
    { type: 'note-added', contactId: BO, note: { id: 'm' } },
    {
      type: 'contact-updated',
      contactId: BO,
      changes: { about: { before: 'at sea', after: 'Met at sea' } },
    },
  ])
  expect(readAll(index)).toEqual(readAll(rebuilt(next)))
})

test('what both documents say keeps its identity, and is not told', () => {
  const { index, before, changes } = replaced(() => undefined)
  expect(changes).toEqual([])
  for (const contact of before.contacts) {
    if (contact) expect(index.contact(contact.id)).toBe(contact)
  }
  expect(index.contactIds()).toBe(before.ids)
})

test('the new document is followed, the old one no more', () => {
  const { person, next } = replaced(() => undefined)
  const heard: DocumentChange[][] = []
  const sources: unknown[] = []
  person.index.subscribe((changes, source) => {
    heard.push([...changes])
    sources.push(source)
  })
  setField(person.doc, ID, 'title', 'old')
  expect(heard).toEqual([])
  setField(next, ID, 'title', 'new')
  expect(heard).toHaveLength(1)
  const third = new Y.Doc()
  person.index.replace(third, 'gone')
  expect(heard[1]).toContainEqual({ type: 'contact-deleted', contactId: ID })
  expect(sources[1]).toEqual({ local: false, origin: 'gone' })
  expect(person.index.contactIds()).toEqual([])
  expect(person.index.notesOf(ID)).toEqual([])
})

test('one that has not begun begins with the document it was given last', () => {
  const [first, second] = [new Person(), new Person()]
  first.create('ana', { name: 'Ana' })
  second.create('bo', { name: 'Bo' })
  const index = new DocumentIndex(first.doc)
  index.replace(second.doc, 'replaced')
  index.start()
  expect(index.contactIds()).toEqual([BO])
})
