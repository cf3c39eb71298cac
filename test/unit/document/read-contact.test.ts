import fc from 'fast-check'
import {
  type Contact,
  type Creation,
  isUsableId,
  LIST_FIELDS,
  normalizeTag,
  readContact,
  readNote,
  SCALAR_FIELDS,
  TEXT_FIELDS,
} from 'kith-shared'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { contactId, noteId, rebuilt } from './play.js'

const read = (creation: Creation, latest: Record<string, unknown> = {}): Contact =>
  readContact(contactId('c1'), creation, new Map(Object.entries(latest)))

describe('a contact is its creation, overlaid by later values', () => {
  it('takes the later value of a field, and the creation for the rest', () => {
    const contact = read({ name: 'Ana', company: 'Acme' }, { company: 'Beta', favorite: true })
    expect(contact).toMatchObject({ name: 'Ana', company: 'Beta', favorite: true, title: '' })
  })

  it('gives every field of a contact about which nothing is said', () => {
    expect(read({})).toEqual({
      id: 'c1',
      ...Object.fromEntries(TEXT_FIELDS.map((field) => [field, ''])),
      favorite: false,
      createdAt: 0,
      deletedAt: null,
      mergedInto: null,
      ...Object.fromEntries([...LIST_FIELDS, 'tags'].map((field) => [field, []])),
    })
  })

  it('lets a later null stand for "not deleted", and "removed" for an entry', () => {
    const creation = {
      name: 'Ana',
      deletedAt: 5,
      emails: [{ id: 'e1', value: 'a@b' }],
      tags: ['x'],
    }
    const contact = read(creation, { deletedAt: null, 'emails/e1': null, 'tags/x': null })
    expect(contact).toMatchObject({ deletedAt: null, emails: [], tags: [] })
  })

  it('orders entries as created, then by id, whatever the order of the keys', () => {
    const creation = {
      emails: [
        { id: 'z', value: '1' },
        { id: 'b', value: '2' },
      ],
      tags: ['z', 'b'],
    }
    const latest = {
      'emails/y': { label: '', value: '3' },
      'emails/b': { label: 'new', value: '4' },
      'emails/a': { label: '', value: '5' },
      'tags/y': true,
      'tags/b': true,
      'tags/a': true,
    }
    const reversed = Object.fromEntries(Object.entries(latest).reverse())
    const contact = read(creation, latest)
    expect(contact.emails.map((entry) => entry.id + entry.value)).toEqual(['z1', 'b4', 'a5', 'y3'])
    expect(contact.tags).toEqual(['z', 'b', 'a', 'y'])
    expect(read(creation, reversed)).toEqual(contact)
  })

  it('reads the parts of an address that are there', () => {
    const contact = read({}, { 'addresses/a1': { label: 'home', city: 'Kyiv', street: 7 } })
    expect(contact.addresses).toEqual([
      {
        id: 'a1',
        label: 'home',
        street: '',
        city: 'Kyiv',
        region: '',
        postalCode: '',
        country: '',
      },
    ])
  })
})

describe('[P4] what cannot be read is left out', () => {
  it('falls back to the creation where a later value has the wrong type', () => {
    const creation = { name: 'Ana', favorite: true, createdAt: 5, avatarUrl: 'https://a/b.png' }
    const wrong = { name: '  ', favorite: 'yes', createdAt: '5', avatarUrl: 'javascript:alert(1)' }
    expect(read(creation, wrong)).toEqual(read(creation))
    expect(read(wrong)).toEqual(read({}))
  })

  it('takes avatars from https only', () => {
    for (const url of [
      'http://a/b',
      'data:x',
      '//a/b',
      ' https://a',
      'https://a b',
      'https://\n',
    ]) {
      expect(read({ avatarUrl: url }).avatarUrl, url).toBe('')
    }
    expect(read({ avatarUrl: 'HTTPS://a/b?c#d' }).avatarUrl).toBe('HTTPS://a/b?c#d')
  })

  it('takes only times that a Date can hold', () => {
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 8.64e15 + 2, '1', 5n]) {
      expect(read({ createdAt: time }).createdAt, String(time)).toBe(0)
    }
    expect(new Date(read({ createdAt: 8.64e15 }).createdAt).toISOString()).toContain('275760')
  })

  it('leaves out entries without an id, a second of the same id, and values of other kinds', () => {
    const emails = [
      { value: 'no id' },
      { id: '__proto__', value: 'x' },
      { id: 'e1', label: 7, value: 'first' },
      { id: 'e1', value: 'second' },
      { id: 'e2', value: null },
      'e3',
      null,
    ]
    const later = { 'emails/e4': 'text', 'emails/a/b': { value: 'x' }, 'emails/': { value: 'x' } }
    expect(read({ emails }, later).emails).toEqual([{ id: 'e1', label: '', value: 'first' }])
    expect(read({ emails: { 0: { id: 'e1', value: 'x' } } }).emails).toEqual([])
  })

  it('ignores fields and tags that are none of its own', () => {
    const later = { shoeSize: 44, 'emails2/e1': { value: 'x' }, 'tags/%61': true, 'tags/b': 'yes' }
    expect(read({ name: 'Ana', fax: '1', tags: [7, ' ', 'x'.repeat(600)] }, later)).toEqual(
      read({ name: 'Ana' }),
    )
  })

  it('reads no note that names no contact', () => {
    const id = noteId('n1')
    expect(readNote(id, { contactId: 'a/b', body: 'x' })).toBeUndefined()
    expect(readNote(id, 'text')).toBeUndefined()
    const moved = new Map<string, unknown>([
      ['contactId', 'c2'],
      ['body', 7],
    ])
    expect(readNote(id, { contactId: 'c1', body: 'x', createdAt: 'y' }, moved)).toEqual({
      id,
      contactId: 'c2',
      body: 'x',
      createdAt: 0,
      deletedAt: null,
    })
  })
})

const anything = fc.anything({
  withBigInt: true,
  withDate: false,
  withNullPrototype: true,
  withObjectString: true,
  withTypedArray: true,
})
const names = [...SCALAR_FIELDS, ...LIST_FIELDS, 'tags', 'body', 'contactId', '__proto__', 'x']
const name = fc.constantFrom(...names)
const likely = fc.oneof(
  anything,
  fc.constantFrom(null, true, '', 'c1', 5, 'https://a'),
  fc.record({ id: fc.constantFrom('e1', 'e2'), label: anything, value: anything }),
)
const creation = fc.oneof(
  anything,
  fc.dictionary(name, fc.oneof(likely, fc.array(likely)), { noNullPrototype: true }),
)
const path = fc.oneof(
  name,
  fc.tuple(name, fc.constantFrom('e1', 'e2', '%61', '')).map((parts) => parts.join('/')),
  fc.string({ unit: 'binary' }),
)

const expectValid = (contact: Contact): void => {
  for (const field of TEXT_FIELDS) expect(typeof contact[field]).toBe('string')
  expect(contact.avatarUrl).toMatch(/^(https:\/\/\S+)?$/i)
  expect(typeof contact.favorite).toBe('boolean')
  expect(Number.isInteger(contact.createdAt)).toBe(true)
  expect(contact.deletedAt === null || Number.isInteger(contact.deletedAt)).toBe(true)
  expect(contact.mergedInto === null || isUsableId(contact.mergedInto)).toBe(true)
  for (const list of LIST_FIELDS) {
    const ids = contact[list].map((entry) => entry.id)
    expect(ids.every(isUsableId)).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
    for (const entry of contact[list]) {
      expect(Object.values(entry).every((part) => typeof part === 'string')).toBe(true)
    }
  }
  expect(new Set(contact.tags).size).toBe(contact.tags.length)
  expect(contact.tags.every((tag) => tag !== '' && normalizeTag(tag) === tag)).toBe(true)
}

describe('[P4] reading is total', () => {
  it('gives a valid contact whatever object it was created as and whatever came later', () => {
    const record = creation.filter((value): value is Creation => typeof value === 'object')
    fc.assert(
      fc.property(record, fc.array(fc.tuple(path, likely)), (created, later) => {
        if (created !== null) expectValid(readContact(contactId('c1'), created, new Map(later)))
      }),
      { numRuns: 1000 },
    )
  })

  it('reads a document with any values under any keys in all its maps', () => {
    const key = fc.oneof(
      path,
      path.map((rest) => `c1/${rest}`),
      fc.constantFrom('c1', 'c2', '__proto__', '__proto__/name'),
    )
    const entry = fc.tuple(fc.constantFrom('contacts', 'fields', 'notes'), key, creation)
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const doc = new Y.Doc()
        for (const [root, at, value] of entries) put(doc, root, at, value)
        const copy = new Y.Doc()
        Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
        for (const index of [rebuilt(doc), rebuilt(copy)]) {
          for (const id of index.contactIds()) {
            const contact = index.contact(id)
            if (!contact) throw new Error('a listed contact cannot be read')
            expectValid(contact)
            for (const note of index.notesOf(id)) expect(typeof note.body).toBe('string')
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('reads past shared types, bytes and texts where contacts should be', () => {
    const doc = new Y.Doc()
    doc.getMap('contacts').set('c1', new Y.Map([['name', 'nested']]))
    doc.getMap('contacts').set('c2', new Uint8Array(3))
    doc.getMap('contacts').set('c3', [{ name: 'in a list' }])
    doc.getMap('contacts').set('c4', { name: 'Ana' })
    doc.getMap('fields').set('c4/name', new Y.Text('nested'))
    const index = rebuilt(doc)
    expect(index.contactIds()).toEqual(['c4'])
    expect(index.contact(contactId('c4'))?.name).toBe('Ana')
    expect(index.contact(contactId('c1'))).toBeUndefined()
  })
})

/** Values that Yjs itself cannot write (symbols, functions) are left out. */
const put = (doc: Y.Doc, root: string, key: string, value: unknown): void => {
  try {
    doc.getMap(root).set(key, value)
    Y.encodeStateAsUpdate(doc)
  } catch {
    doc.getMap(root).delete(key)
  }
}
