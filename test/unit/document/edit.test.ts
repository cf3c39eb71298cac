import fc from 'fast-check'
import {
  addNote,
  addTag,
  type ContactInput,
  createContact,
  deleteContact,
  deleteNote,
  editNote,
  InvalidValue,
  MAX_VALUE_BYTES,
  removeEntry,
  removeTag,
  restoreContact,
  restoreNote,
  setEntry,
  setField,
  UpdateScanner,
  updateContact,
} from 'kith-shared'
import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { contactId, noteId, Person } from './play.js'

const id = contactId('c1')
const stranger = contactId('nobody')
let ana: Person

beforeEach(() => {
  ana = new Person()
})

const contact = () => ana.index.contact(id)

/** The field and problem of the InvalidValue that the edit throws, once nothing was written. */
const refusalOf = (edit: () => void): string => {
  const written = ana.sent.length
  try {
    edit()
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    expect(ana.sent.length).toBe(written)
    expect(error.message).toBe(error.field ? `${error.field}: ${error.problem}` : error.problem)
    return `${error.field} ${error.problem}`.trim()
  }
  return 'taken'
}

describe('creating a contact', () => {
  it('writes one JSON object with what is there, and nothing else', () => {
    ana.create(
      'c1',
      {
        name: ' Ana ',
        company: '',
        title: undefined,
        nickname: 'A\ud800',
        favorite: false,
        emails: [
          { label: 'work', value: 'a@b' },
          { label: 'home', value: '' },
        ],
        addresses: [{ city: 'Kyiv', street: undefined }, { label: 'empty' }],
        phones: [{ id: 'p', value: '1' }],
        tags: [' friend ', 'friend', ''],
      },
      5,
    )
    expect(ana.sent.length).toBe(1)
    expect(ana.doc.getMap('fields').size).toBe(0)
    expect(ana.doc.getMap('contacts').get('c1')).toEqual({
      name: ' Ana ',
      nickname: 'A\ufffd',
      createdAt: 5,
      emails: [{ id: `${ana.doc.clientID}-0`, label: 'work', value: 'a@b' }],
      addresses: [{ id: `${ana.doc.clientID}-1`, city: 'Kyiv' }],
      phones: [{ id: 'p', value: '1' }],
      tags: ['friend'],
    })
  })

  it('refuses what the schema does not take, and names it', () => {
    const refused = (input: object) => refusalOf(() => ana.create('c1', input as ContactInput))
    expect(refused({})).toBe('name type')
    expect(refused({ name: ' ' })).toBe('name empty')
    expect(refused({ name: 'A', company: 7 })).toBe('company type')
    expect(refused({ name: 'A', favorite: 'yes' })).toBe('favorite type')
    expect(refused({ name: 'A', avatarUrl: 'http://a/b' })).toBe('avatarUrl format')
    expect(refused({ name: 'A', emails: 'a@b' })).toBe('emails type')
    expect(refused({ name: 'A', emails: [{ value: 'x' }, { value: 7 }] })).toBe(
      'emails.1.value type',
    )
    expect(refused({ name: 'A', phones: [{ id: 'a/b', value: 'x' }] })).toBe('phones.0.id format')
    expect(refused({ name: 'A', addresses: [{ zip: '1' }] })).toBe('addresses.0.zip unknown-field')
    expect(refused({ name: 'A', shoeSize: 44 })).toBe('shoeSize unknown-field')
    expect(refused({ name: 'A', tags: ['x'.repeat(500)] })).toBe('tags.0 too-large')
    expect(refused({ name: 'A'.repeat(MAX_VALUE_BYTES) })).toBe('too-large')
    const twice = [
      { id: 'e', value: '1' },
      { id: 'e', value: '2' },
    ]
    expect(refused({ name: 'A', emails: twice })).toBe('emails.id exists')
    expect(refused([])).toMatch(/type|unknown-field/)
  })

  it('refuses ids that are no ids, ids from a bad source, and taken ones', () => {
    expect(refusalOf(() => ana.create('__proto__', { name: 'A' }))).toBe('id format')
    expect(refusalOf(() => ana.create('a b', { name: 'A' }))).toBe('id format')
    const options = { now: 1, newId: () => 'a b' }
    const input = { name: 'A', emails: [{ value: 'x' }] }
    expect(refusalOf(() => createContact(ana.doc, id, input, options))).toBe('emails.id format')
    expect(refusalOf(() => ana.create('c1', { name: 'A' }, Number.NaN))).toBe('now type')
    ana.create('c1', { name: 'A' })
    expect(refusalOf(() => ana.create('c1', { name: 'B' }))).toBe('id exists')
  })
})

describe('changing a contact', () => {
  beforeEach(() => void ana.create('c1', { name: 'Ana', tags: ['old'] }))

  it('writes under the key of the field, with the origin that was given', () => {
    const origins: unknown[] = []
    ana.doc.on('afterTransaction', (transaction: Y.Transaction) => origins.push(transaction.origin))
    setField(ana.doc, id, 'company', 'Acme', 'mine')
    expect(ana.doc.getMap('fields').toJSON()).toEqual({ 'c1/company': 'Acme' })
    expect(origins).toEqual(['mine'])
  })

  it('changes several fields in one transaction, or none', () => {
    const changes = { name: 'Ana B', favorite: true, title: undefined }
    expect(ana.hears(() => updateContact(ana.doc, id, changes)).length).toBe(1)
    expect(contact()).toMatchObject({ name: 'Ana B', favorite: true, title: '' })
    const bad = { company: 'Acme', name: '' }
    expect(refusalOf(() => updateContact(ana.doc, id, bad))).toBe('name empty')
    expect(contact()?.company).toBe('')
  })

  it('writes nothing where nothing would change', () => {
    const edits = [
      () => setField(ana.doc, id, 'name', 'Ana'),
      () => setField(ana.doc, id, 'company', ''),
      () => addTag(ana.doc, id, ' old'),
      () => removeTag(ana.doc, id, 'new'),
      () => removeEntry(ana.doc, id, 'emails', 'e1'),
      () => restoreContact(ana.doc, id),
    ]
    for (const edit of edits) edit()
    expect(ana.sent.length).toBe(1)
    setEntry(ana.doc, id, 'emails', { id: 'e1', label: '', value: 'a@b' })
    setEntry(ana.doc, id, 'emails', { id: 'e1', label: '', value: 'a@b' })
    deleteContact(ana.doc, id, 5)
    deleteContact(ana.doc, id, 6)
    expect(ana.sent.length).toBe(3)
    expect(contact()?.deletedAt).toBe(5)
  })

  it('adds, replaces and removes entries, created ones too', () => {
    setEntry(ana.doc, id, 'phones', { id: 'p', label: 'work', value: '1' })
    setEntry(ana.doc, id, 'phones', { id: 'p', label: 'home', value: '2' })
    expect(contact()?.phones).toEqual([{ id: 'p', label: 'home', value: '2' }])
    removeEntry(ana.doc, id, 'phones', 'p')
    expect(contact()?.phones).toEqual([])
    expect(ana.doc.getMap('fields').get('c1/phones/p')).toBeNull()
    addTag(ana.doc, id, '  a/b ')
    removeTag(ana.doc, id, 'old')
    expect(contact()?.tags).toEqual(['a/b'])
    addTag(ana.doc, id, 'old')
    expect(contact()?.tags).toEqual(['old', 'a/b'])
  })

  it('refuses what the schema does not take, and names it', () => {
    const { doc } = ana
    const wrong = (value: unknown) => value as never
    expect(refusalOf(() => setField(doc, id, 'name', '\t'))).toBe('name empty')
    expect(refusalOf(() => setField(doc, id, 'favorite', wrong(1)))).toBe('favorite type')
    expect(refusalOf(() => setField(doc, id, 'avatarUrl', 'data:x'))).toBe('avatarUrl format')
    expect(refusalOf(() => setField(doc, id, 'mergedInto', '__proto__'))).toBe('mergedInto format')
    expect(refusalOf(() => setField(doc, id, wrong('toString'), wrong('x')))).toBe(
      'toString unknown-field',
    )
    const long = 'x'.repeat(MAX_VALUE_BYTES)
    expect(refusalOf(() => setField(doc, id, 'title', long))).toBe('title too-large')
    const entry = { id: '', label: '', value: '' }
    expect(refusalOf(() => setEntry(doc, id, 'links', entry))).toBe('links.id format')
    expect(refusalOf(() => setEntry(doc, id, 'addresses', wrong(entry)))).toMatch(/^addresses/)
    expect(refusalOf(() => removeEntry(doc, id, 'links', 'a/b'))).toBe('links format')
    expect(refusalOf(() => addTag(doc, id, ' '))).toBe('tags empty')
    expect(refusalOf(() => addTag(doc, id, 'x'.repeat(500)))).toBe('tags too-large')
    expect(refusalOf(() => deleteContact(doc, id, -1))).toBe('now format')
  })

  it('refuses to change a contact or note that is not there', () => {
    const { doc } = ana
    const lost = noteId('lost')
    const edits = [
      () => setField(doc, stranger, 'name', 'x'),
      () => setEntry(doc, stranger, 'emails', { id: 'e', label: '', value: 'x' }),
      () => removeEntry(doc, stranger, 'emails', 'e'),
      () => addTag(doc, stranger, 'x'),
      () => removeTag(doc, stranger, 'x'),
      () => deleteContact(doc, stranger, 1),
      () => restoreContact(doc, stranger),
      () => void addNote(doc, lost, stranger, 'x', 1),
    ]
    for (const edit of edits) expect(refusalOf(edit)).toBe('contactId not-found')
    const noteEdits = [
      () => editNote(doc, lost, 'x'),
      () => deleteNote(doc, lost, 1),
      () => restoreNote(doc, lost),
    ]
    for (const edit of noteEdits) expect(refusalOf(edit)).toBe('noteId not-found')
  })
})

describe('notes', () => {
  const n1 = noteId('n1')
  const n2 = noteId('n2')

  beforeEach(() => {
    ana.create('c1', { name: 'Ana' })
    addNote(ana.doc, n1, id, 'first', 1)
    addNote(ana.doc, n2, id, 'second', 2)
  })

  it('are read newest first, without deleted ones, which can be restored', () => {
    const bodies = () => ana.index.notesOf(id).map((note) => note.body)
    expect(bodies()).toEqual(['second', 'first'])
    editNote(ana.doc, n1, 'first, edited')
    deleteNote(ana.doc, n2, 9)
    expect(bodies()).toEqual(['first, edited'])
    expect(ana.index.note(n2)?.deletedAt).toBe(9)
    restoreNote(ana.doc, n2)
    expect(bodies()).toEqual(['second', 'first, edited'])
  })

  it('are refused without a body, with one too large, and under a taken id', () => {
    expect(refusalOf(() => addNote(ana.doc, n1, id, 'x', 1))).toBe('id exists')
    expect(refusalOf(() => addNote(ana.doc, noteId('a b'), id, 'x', 1))).toBe('id format')
    expect(refusalOf(() => addNote(ana.doc, noteId('n3'), id, '\n', 1))).toBe('body empty')
    const long = 'x'.repeat(MAX_VALUE_BYTES)
    expect(refusalOf(() => addNote(ana.doc, noteId('n3'), id, long, 1))).toBe('body too-large')
    expect(refusalOf(() => editNote(ana.doc, n1, long))).toBe('body too-large')
    expect(refusalOf(() => editNote(ana.doc, n1, ' '))).toBe('body empty')
  })
})

describe('undo', () => {
  it('takes back a deletion, a tag and an entry, each alone', () => {
    ana.create('c1', { name: 'Ana', tags: ['old'] })
    const undo = new Y.UndoManager(ana.doc.getMap('fields'), {
      trackedOrigins: new Set(['mine']),
      captureTimeout: 0,
    })
    deleteContact(ana.doc, id, 5, 'mine')
    removeTag(ana.doc, id, 'old', 'mine')
    setEntry(ana.doc, id, 'emails', { id: 'e', label: '', value: 'a@b' }, 'mine')
    setField(ana.doc, id, 'title', 'by somebody else', 'theirs')
    undo.undo()
    expect(contact()).toMatchObject({ emails: [], tags: [], deletedAt: 5 })
    undo.undo()
    expect(contact()).toMatchObject({ tags: ['old'], deletedAt: 5 })
    undo.undo()
    expect(contact()).toMatchObject({ deletedAt: null, title: 'by somebody else' })
    expect(ana.heard.at(-1)).toEqual({ type: 'contact-restored', contactId: id })
    undo.redo()
    expect(ana.heard.at(-1)).toEqual({ type: 'contact-deleted', contactId: id })
  })
})

const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
  .map((codes) => String.fromCharCode(...codes))
const anyText = fc.oneof(
  units,
  fc.tuple(fc.constantFrom('x', 'ä', '字'), fc.nat(20_000)).map(([unit, n]) => unit.repeat(n)),
)

describe('the gate', () => {
  it('[P4] takes everything that an edit takes: sizes and keys are counted alike', () => {
    const longId = contactId('i'.repeat(64))
    const scanner = new UpdateScanner()
    fc.assert(
      fc.property(anyText, (text) => {
        const person = new Person()
        person.create(longId, { name: 'Ana' })
        const edits = [
          () => setField(person.doc, longId, 'title', text),
          () => addTag(person.doc, longId, text),
          () => setEntry(person.doc, longId, 'links', { id: longId, label: text, value: text }),
          () => void person.create('c2', { name: 'Ana', tags: [text], company: text }),
          () => void addNote(person.doc, noteId('n1'), longId, text, 1),
        ]
        for (const edit of edits) {
          try {
            edit()
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidValue)
          }
        }
        for (const update of person.sent) expect(scanner.scan(update).ok).toBe(true)
      }),
    )
  })

  it('[P4] takes a value of exactly the largest size, and edits refuse one more byte', () => {
    ana.create('c1', { name: 'Ana' })
    // lib0 writes a type byte and a length of 2 bytes before the text: 3 from 16,384 up.
    const largest = 'x'.repeat(MAX_VALUE_BYTES - 3)
    setField(ana.doc, id, 'title', largest)
    const update = ana.sent.at(-1)
    expect(update && new UpdateScanner().scan(update).ok).toBe(true)
    expect(refusalOf(() => setField(ana.doc, id, 'title', `${largest}x`))).toBe('title too-large')
  })

  it('reads the same on a replica as where it was written, lone surrogates included', () => {
    fc.assert(
      fc.property(units, (text) => {
        const [writer, reader] = [new Person(), new Person()]
        writer.create('c1', { name: `A${text}`, tags: [text.slice(0, 40)] })
        addNote(writer.doc, noteId('n1'), id, `n${text}`, 1)
        setField(writer.doc, id, 'company', text)
        for (const update of writer.sent) reader.receive(update)
        expect(reader.index.contact(id)).toEqual(writer.index.contact(id))
        expect(reader.index.notesOf(id)).toEqual(writer.index.notesOf(id))
      }),
    )
  })
})
