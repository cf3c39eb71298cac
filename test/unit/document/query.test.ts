import fc from 'fast-check'
import {
  addTag,
  type ContactInput,
  type ContactQuery,
  DocumentIndex,
  deleteContact,
  selectContactIds,
  setField,
} from 'kith-shared'
import { beforeEach, describe, expect, it } from 'vitest'
import { contactId, Person } from './play.js'

let ana: Person
const select = (query?: ContactQuery) => selectContactIds(ana.index, query).join(' ')

const people: Record<string, ContactInput> = {
  a: { name: 'Zoë Kr\u00e4mer', company: 'Acme', tags: ['vip'] },
  b: { name: 'émile 10', phones: [{ value: '+1 (555) 123-4567' }] },
  c: { name: 'Emile 9', company: 'acme', emails: [{ value: 'nine@example.org' }] },
  d: { name: 'bob', company: 'Beta', tags: ['VIP', 'old friend'] },
}

beforeEach(() => {
  ana = new Person()
  let now = 1
  for (const [id, input] of Object.entries(people)) ana.create(id, input, now++)
})

describe('the order', () => {
  it('is by name, numbers by their value, case and accents aside', () => {
    expect(select()).toBe('d c b a')
  })

  it('is by company and then by name, those without a company last', () => {
    expect(select({ sort: 'company' })).toBe('c a d b')
  })

  it('is newest first by creation', () => {
    expect(select({ sort: 'created' })).toBe('d c b a')
    ana.create('e', { name: 'old' }, 0)
    expect(select({ sort: 'created' })).toBe('d c b a e')
  })

  it('is by id between equals', () => {
    ana.create('z', { name: 'Bob' })
    ana.create('Z', { name: 'BOB' })
    expect(select()).toBe('Z d z c b a')
  })

  it('follows every change, the answer before it notwithstanding', () => {
    expect(select()).toBe('d c b a')
    setField(ana.doc, contactId('a'), 'name', 'Alma')
    ana.create('e', { name: 'Carl' })
    deleteContact(ana.doc, contactId('c'), 9)
    expect(select()).toBe('a d e b')
    expect(select({ deleted: true })).toBe('c')
  })
})

describe('an order that was asked for before', () => {
  const SORTS = ['name', 'company', 'created'] as const
  const names = ['', 'a', 'Á', 'b 2', 'b 10', 'zz']

  it('is that of somebody who comes new, whatever changed since', () => {
    const edit = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      field: fc.constantFrom('name', 'company', 'create', 'delete', 'nothing'),
      text: fc.constantFrom(...names),
    })
    const histories = fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 12 })
    fc.assert(
      fc.property(histories, (history) => {
        const bo = new Person()
        for (const [n, edits] of history.entries()) {
          for (const { id, field, text } of edits) play(bo, id, field, text, n)
          const newcomer = new DocumentIndex(bo.doc)
          newcomer.start()
          for (const sort of SORTS) {
            const fresh = selectContactIds(newcomer, { sort })
            expect(selectContactIds(bo.index, { sort })).toEqual(fresh)
          }
          newcomer.close()
        }
      }),
    )
  })

  it('is asked for by the index’s revision, which every change of a record moves', () => {
    const before = ana.index.revision
    ana.doc.getText('about/a').insert(0, 'letters are in no list')
    expect(ana.index.revision).toBe(before)
    setField(ana.doc, contactId('a'), 'company', 'Other')
    const after = ana.index.revision
    expect(after).toBeGreaterThan(before)
    ana.create('n', { name: 'New' })
    expect(ana.index.revision).toBeGreaterThan(after)
  })

  const play = (person: Person, id: string, what: string, text: string, now: number): void => {
    const known = person.index.contact(contactId(id))
    if (known === undefined) {
      if (what === 'create') person.create(id, { name: text || 'x', company: text }, now)
    } else if (what === 'delete') deleteContact(person.doc, known.id, now)
    else if (what === 'company') setField(person.doc, known.id, 'company', text)
    else if (what === 'name') setField(person.doc, known.id, 'name', text || 'y')
  }
})

describe('the search', () => {
  it('finds every word in name, company, emails, phones and tags', () => {
    expect(select({ search: 'kramer' })).toBe('a')
    expect(select({ search: 'KRÄMER acme' })).toBe('a')
    expect(select({ search: 'example.org' })).toBe('c')
    expect(select({ search: '  friend   bob ' })).toBe('d')
    expect(select({ search: 'emile' })).toBe('c b')
    expect(select({ search: 'emile nobody' })).toBe('')
    expect(select({ search: ' ' })).toBe('d c b a')
  })

  it('finds phone numbers however they are punctuated', () => {
    expect(select({ search: '555123' })).toBe('b')
    expect(select({ search: '555-123.45' })).toBe('b')
    expect(select({ search: '(555)' })).toBe('b')
    expect(select({ search: '-' })).toBe('b')
  })

  it('finds what was just typed', () => {
    expect(select({ search: 'gamma' })).toBe('')
    setField(ana.doc, contactId('d'), 'company', 'Gamma')
    expect(select({ search: 'gamma' })).toBe('d')
  })

  it('keeps to one tag, spelled as it is', () => {
    expect(select({ tag: 'vip' })).toBe('a')
    addTag(ana.doc, contactId('b'), 'vip')
    expect(select({ tag: 'vip', search: 'e' })).toBe('b a')
    expect(select({ tag: 'none' })).toBe('')
  })
})

describe('several conditions', () => {
  it('[W4] takes contacts that have all of the tags, or any of them, and favourites alone', () => {
    addTag(ana.doc, contactId('b'), 'VIP')
    addTag(ana.doc, contactId('b'), 'vip')
    expect(select({ tags: ['vip', 'VIP'] })).toBe('b')
    expect(select({ tags: ['vip', 'VIP'], matchTags: 'any' })).toBe('d b a')
    expect(select({ tags: [] })).toBe('d c b a')
    expect(select({ tags: ['vip'], tag: 'VIP' })).toBe('b')
    setField(ana.doc, contactId('a'), 'favorite', true)
    expect(select({ favorite: true })).toBe('a')
    expect(select({ favorite: true, tags: ['VIP'] })).toBe('')
  })
})
