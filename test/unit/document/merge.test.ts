import fc from 'fast-check'
import {
  aboutText,
  addNote,
  addTag,
  deleteContact,
  type ListField,
  normalizeTag,
  removeEntry,
  removeTag,
  restoreContact,
  setEntry,
  setField,
  tagFits,
} from 'kith-shared'
import { beforeEach, describe, expect, it } from 'vitest'
import { contactId, meet, noteId, Person, readAll } from './play.js'

const id = contactId('c1')
let ana: Person
let ben: Person

/** Called again by every run of a property: a run must not build on the one before. */
const begin = (): void => {
  ana = new Person()
  ben = new Person()
  ana.create('c1', { name: 'Cleo', tags: ['old'], emails: [{ id: 'e0', value: 'c@d' }] })
  meet(ana, ben)
}

beforeEach(begin)

/** What both read, once they read the same. */
const agreed = () => {
  meet(ana, ben)
  expect(readAll(ana.index)).toEqual(readAll(ben.index))
  const contact = ana.index.contact(id)
  if (!contact) throw new Error('the contact is gone')
  return contact
}

describe('[P3] what two people do at once merges', () => {
  const usableTag = fc
    .string({ unit: 'binary', maxLength: 30 })
    .map(normalizeTag)
    .filter((tag) => tag !== '' && tagFits(tag))

  it('keeps the tags that both added', () => {
    fc.assert(
      fc.property(fc.array(usableTag), fc.array(usableTag), (mine, theirs) => {
        begin()
        for (const tag of mine) addTag(ana.doc, id, tag)
        for (const tag of theirs) addTag(ben.doc, id, tag)
        expect(agreed().tags).toEqual(expect.arrayContaining(['old', ...mine, ...theirs]))
      }),
    )
  })

  it('keeps the emails, phones and links that both added', () => {
    const list = fc.constantFrom<ListField & ('emails' | 'phones' | 'links')>(
      'emails',
      'phones',
      'links',
    )
    const added = fc.array(fc.tuple(list, fc.string()))
    fc.assert(
      fc.property(added, added, (mine, theirs) => {
        begin()
        const expected: string[] = []
        for (const [person, entries] of [[ana, mine] as const, [ben, theirs] as const]) {
          for (const [at, value] of entries) {
            const entry = { id: person.newId(), label: '', value }
            setEntry(person.doc, id, at, entry)
            expected.push(`${at} ${entry.id} ${value}`)
          }
        }
        const contact = agreed()
        const found = (['emails', 'phones', 'links'] as const).flatMap((at) =>
          contact[at].map((entry) => `${at} ${entry.id} ${entry.value}`),
        )
        expect(found).toEqual(expect.arrayContaining(expected))
      }),
    )
  })

  it('keeps both when they change different fields, and one of the two when the same', () => {
    setField(ana.doc, id, 'company', 'Acme')
    setField(ben.doc, id, 'title', 'Boss')
    setField(ana.doc, id, 'nickname', 'A')
    setField(ben.doc, id, 'nickname', 'B')
    const contact = agreed()
    expect(contact).toMatchObject({ company: 'Acme', title: 'Boss' })
    expect(['A', 'B']).toContain(contact.nickname)
  })

  it('keeps what one adds while the other removes something else', () => {
    removeTag(ana.doc, id, 'old')
    removeEntry(ana.doc, id, 'emails', 'e0')
    addTag(ben.doc, id, 'new')
    setEntry(ben.doc, id, 'emails', { id: 'e1', label: '', value: 'x@y' })
    expect(agreed()).toMatchObject({ tags: ['new'], emails: [{ id: 'e1', value: 'x@y' }] })
  })

  it('merges the long text letter by letter', () => {
    aboutText(ana.doc, id).insert(0, 'one three')
    meet(ana, ben)
    aboutText(ana.doc, id).insert(9, '!')
    aboutText(ben.doc, id).insert(4, 'two ')
    agreed()
    expect(aboutText(ana.doc, id).toString()).toBe('one two three!')
    expect(aboutText(ben.doc, id).toString()).toBe('one two three!')
  })
})

describe('[P3] deleting swallows no concurrent edit', () => {
  it('keeps the edits that the other made meanwhile, and restoring shows them', () => {
    deleteContact(ana.doc, id, 5)
    setField(ben.doc, id, 'company', 'Acme')
    addTag(ben.doc, id, 'new')
    aboutText(ben.doc, id).insert(0, 'hello')
    addNote(ben.doc, noteId('n1'), id, 'called', 1)
    expect(agreed()).toMatchObject({ deletedAt: 5, company: 'Acme', tags: ['old', 'new'] })
    restoreContact(ana.doc, id)
    expect(agreed()).toMatchObject({ deletedAt: null, company: 'Acme', tags: ['old', 'new'] })
    expect(aboutText(ana.doc, id).toString()).toBe('hello')
    expect(ana.index.notesOf(id).map((note) => note.body)).toEqual(['called'])
  })

  it('says whether it was deleted the same on both sides when one restores and one edits', () => {
    deleteContact(ana.doc, id, 5)
    meet(ana, ben)
    restoreContact(ana.doc, id)
    setField(ben.doc, id, 'title', 'Boss')
    expect(agreed()).toMatchObject({ deletedAt: null, title: 'Boss' })
  })

  it('restoring twice at once restores', () => {
    deleteContact(ana.doc, id, 5)
    meet(ana, ben)
    restoreContact(ana.doc, id)
    restoreContact(ben.doc, id)
    expect(agreed().deletedAt).toBeNull()
    // A key that is taken away would lose to any concurrent write.
    expect(ana.doc.getMap('fields').get('c1/deletedAt')).toBeNull()
  })
})
