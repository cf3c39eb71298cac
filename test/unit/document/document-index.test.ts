import {
  aboutText,
  addNote,
  addTag,
  type ContactId,
  DocumentIndex,
  deleteContact,
  deleteNote,
  editNote,
  restoreContact,
  restoreNote,
  setEntry,
  setField,
} from 'kith-shared'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { contactId, meet, noteId, Person, readAll, rebuilt } from './play.js'

const id = contactId('c1')
const other = contactId('c2')
const n1 = noteId('n1')
let ana: Person

beforeEach(() => {
  ana = new Person()
  ana.create('c1', { name: 'Cleo', tags: ['old'], emails: [{ id: 'e', value: 'c@d' }] })
  ana.create('c2', { name: 'Dan', phones: [{ id: 'p', value: '1' }] })
})

describe('identity', () => {
  it('is kept until the contact changes, and by every other contact then too', () => {
    const before = ana.index.contact(id)
    const neighbour = ana.index.contact(other)
    expect(ana.index.contact(id)).toBe(before)
    setField(ana.doc, id, 'title', 'Boss')
    expect(ana.index.contact(id)).not.toBe(before)
    expect(before?.title).toBe('')
    expect(ana.index.contact(other)).toBe(neighbour)
  })

  it('is kept by the lists of a contact that did not change', () => {
    const before = ana.index.contact(id)
    addTag(ana.doc, id, 'new')
    expect(ana.index.contact(id)?.emails).toBe(before?.emails)
    expect(ana.index.contact(id)?.tags).not.toBe(before?.tags)
  })

  it('is kept where a change does not show', () => {
    const before = ana.index.contact(id)
    const heard = ana.hears(() => {
      const fields = ana.doc.getMap('fields')
      fields.set('c1/shoeSize', 44)
      fields.set('c1/favorite', 'yes')
      fields.set('c1/name', 'Cleo')
      fields.set('nobody/name', 'x')
      fields.set('rubbish', 'x')
    })
    expect(heard).toEqual([])
    expect(ana.index.contact(id)).toBe(before)
  })

  it('is kept by the list of ids until one comes or goes', () => {
    const before = ana.index.contactIds()
    setField(ana.doc, id, 'name', 'C')
    deleteContact(ana.doc, id, 5)
    expect(ana.index.contactIds()).toBe(before)
    ana.create('c0', { name: 'Eve' })
    expect(ana.index.contactIds()).toEqual(['c0', 'c1', 'c2'])
  })

  it('is kept by the notes of a contact until one of them changes', () => {
    expect(ana.index.notesOf(id)).toBe(ana.index.notesOf(contactId('nobody')))
    addNote(ana.doc, n1, id, 'x', 1)
    const before = ana.index.notesOf(id)
    addNote(ana.doc, noteId('n2'), other, 'y', 1)
    setField(ana.doc, id, 'name', 'C')
    expect(ana.index.notesOf(id)).toBe(before)
    editNote(ana.doc, n1, 'z')
    expect(ana.index.notesOf(id)).not.toBe(before)
  })
})

describe('events', () => {
  it('tell the fields, entries and tags that changed, before and after', () => {
    const email = { id: 'e', label: 'work', value: 'c@d' }
    const heard = ana.hears(() =>
      ana.doc.transact(() => {
        setField(ana.doc, id, 'title', 'Boss')
        setEntry(ana.doc, id, 'emails', email)
        setEntry(ana.doc, id, 'links', { id: 'l', label: '', value: 'x' })
        addTag(ana.doc, id, 'a/b')
      }),
    )
    const changes = {
      title: { before: '', after: 'Boss' },
      'emails/e': { before: { id: 'e', label: '', value: 'c@d' }, after: email },
      'links/l': { before: null, after: { id: 'l', label: '', value: 'x' } },
      'tags/a/b': { before: false, after: true },
    }
    expect(heard).toEqual([{ type: 'contact-updated', contactId: id, changes }])
  })

  it('tell of deletion and restoration apart from other changes', () => {
    const heard = ana.hears(() =>
      ana.doc.transact(() => {
        setField(ana.doc, id, 'title', 'Boss')
        deleteContact(ana.doc, id, 5)
      }),
    )
    expect(heard).toEqual([
      { type: 'contact-updated', contactId: id, changes: { title: { before: '', after: 'Boss' } } },
      { type: 'contact-deleted', contactId: id },
    ])
    expect(ana.hears(() => setField(ana.doc, id, 'deletedAt', 6))).toEqual([
      { type: 'contact-updated', contactId: id, changes: { deletedAt: { before: 5, after: 6 } } },
    ])
    expect(ana.hears(() => restoreContact(ana.doc, id))).toEqual([
      { type: 'contact-restored', contactId: id },
    ])
  })

  it('tell of notes that are added, edited, deleted, restored and moved', () => {
    const types = (action: () => void) =>
      ana.hears(action).map((change) => `${change.type} ${change.contactId}`)
    expect(types(() => void addNote(ana.doc, n1, id, 'x', 1))).toEqual(['note-added c1'])
    expect(types(() => editNote(ana.doc, n1, 'y'))).toEqual(['note-updated c1'])
    const same = () => void ana.doc.getMap('fields').set('n1/body', 'y')
    expect(types(same)).toEqual([])
    expect(types(() => deleteNote(ana.doc, n1, 5))).toEqual(['note-deleted c1'])
    expect(types(() => restoreNote(ana.doc, n1))).toEqual(['note-updated c1'])
    addNote(ana.doc, noteId('n2'), id, 'stays', 1)
    expect(ana.index.notesOf(id).length).toBe(2)
    const move = () => void ana.doc.getMap('fields').set('n1/contactId', 'c2')
    expect(types(move)).toEqual(['note-updated c2'])
    expect(ana.index.notesOf(id).map((note) => note.body)).toEqual(['stays'])
    expect(ana.index.notesOf(other).map((note) => note.body)).toEqual(['y'])
  })

  it('tell the long text before and after, however it changed and from wherever', () => {
    const ben = new Person()
    meet(ana, ben)
    aboutText(ana.doc, id).insert(0, 'hello world')
    meet(ana, ben)
    const about = (before: string, after: string) => [
      { type: 'contact-updated', contactId: id, changes: { about: { before, after } } },
    ]
    const edit = () =>
      ana.doc.transact(() => {
        aboutText(ana.doc, id).delete(0, 6)
        aboutText(ana.doc, id).insert(5, '!')
        aboutText(ana.doc, id).insert(0, 'x')
        aboutText(ana.doc, id).delete(0, 1)
      })
    expect(ana.hears(edit)).toEqual(about('hello world', 'world!'))
    // On ben's side nobody ever asked for the text by name: it is a root without a type there.
    expect(ben.hears(() => meet(ana, ben))).toEqual(about('hello world', 'world!'))
    aboutText(ben.doc, id)
    expect(ana.hears(() => aboutText(ana.doc, id).delete(0, 6))).toEqual(about('world!', ''))
    expect(ben.hears(() => meet(ana, ben))).toEqual(about('world!', ''))
    expect(ana.hears(() => aboutText(ana.doc, contactId('nobody')).insert(0, 'x'))).toEqual([])
  })

  it('come for remote and undone changes too, with where they came from', () => {
    const sources: unknown[] = []
    ana.index.subscribe((_changes, source) => sources.push(source))
    const ben = new Person()
    meet(ana, ben)
    setField(ben.doc, id, 'title', 'Boss')
    Y.applyUpdate(ana.doc, Y.encodeStateAsUpdate(ben.doc), 'network')
    setField(ana.doc, id, 'title', 'Chief', 'form')
    expect(sources).toEqual([
      { local: false, origin: 'network' },
      { local: true, origin: 'form' },
    ])
  })

  it('come once for a transaction, after the index reads the new state', () => {
    const titles: (string | undefined)[] = []
    ana.index.subscribe(() => titles.push(ana.index.contact(id)?.title))
    ana.doc.transact(() => {
      setField(ana.doc, id, 'title', 'a')
      setField(ana.doc, other, 'title', 'b')
      setField(ana.doc, id, 'title', 'c')
    })
    expect(titles).toEqual(['c'])
  })

  it('add up when a listener edits in turn', () => {
    const heard: string[] = []
    ana.index.subscribe((changes) => {
      for (const change of changes) {
        if (change.type !== 'contact-updated') continue
        for (const [path, { before, after }] of Object.entries(change.changes)) {
          heard.push(`${path}: ${before} → ${after}`)
        }
      }
      if (ana.index.contact(id)?.title === 'a') setField(ana.doc, id, 'title', 'b')
    })
    setField(ana.doc, id, 'title', 'a')
    expect(heard).toEqual(['title:  → a', 'title: a → b'])
  })

  it('bring fields that were there before their contact', () => {
    const ben = new Person()
    Y.applyUpdate(ben.doc, ana.sent[1] ?? new Uint8Array())
    ben.doc.getMap('fields').set('c1/title', 'Boss')
    const heard = ben.hears(() => ben.receive(ana.sent[0] ?? new Uint8Array()))
    expect(heard).toMatchObject([
      { type: 'contact-created', contact: { id: 'c1', title: 'Boss' } },
      { type: 'contact-created', contact: { id: 'c2', title: '' } },
    ])
  })

  it('say that a contact is deleted which a plain UndoManager took out, and created again', () => {
    const undo = new Y.UndoManager(ana.doc.getMap('contacts'), { captureTimeout: 0 })
    ana.create('c3', { name: 'Eve' })
    expect(ana.hears(() => undo.undo())).toEqual([{ type: 'contact-deleted', contactId: 'c3' }])
    expect(ana.index.contact(contactId('c3'))).toBeUndefined()
    expect(ana.index.contactIds()).toEqual(['c1', 'c2'])
    expect(ana.hears(() => undo.redo())).toMatchObject([{ type: 'contact-created' }])
  })
})

describe('life', () => {
  it('reads nothing before it starts and follows nothing once closed, both safe twice', () => {
    const index = new DocumentIndex(ana.doc)
    expect(index.contactIds()).toEqual([])
    index.start()
    index.start()
    expect(index.contactIds()).toEqual(['c1', 'c2'])
    index.close()
    index.close()
    setField(ana.doc, id, 'name', 'New')
    ana.create('c3', { name: 'Eve' })
    expect(index.contact(id)?.name).toBe('Cleo')
    expect(index.contactIds()).toEqual(['c1', 'c2'])
    index.start()
    expect(readAll(index)).toEqual(readAll(ana.index))
  })

  it('calls a listener no more that has unsubscribed', () => {
    const listener = vi.fn()
    const unsubscribe = ana.index.subscribe(listener)
    unsubscribe()
    unsubscribe()
    setField(ana.doc, id, 'name', 'New')
    expect(listener).not.toHaveBeenCalled()
  })
})

describe('10,000 contacts', () => {
  const many = (): Person => {
    const person = new Person()
    person.doc.transact(() => {
      for (let n = 0; n < 10_000; n++) {
        person.create(`c${n}`, { name: `Contact ${n}`, emails: [{ value: `c${n}@d` }] })
        setField(person.doc, contactId(`c${n}`), 'company', 'Acme')
        aboutText(person.doc, contactId(`c${n}`)).insert(0, 'about')
      }
    })
    return person
  }

  /** Counts the times that somebody goes through all roots of the document. */
  const countSearches = (doc: Y.Doc) => {
    const iterate = doc.share[Symbol.iterator].bind(doc.share)
    const searches = vi.fn(iterate)
    doc.share[Symbol.iterator] = searches
    return searches
  }

  /** Counts every way in which the document's maps can be read, and searches of its roots. */
  const countReads = (doc: Y.Doc): (() => number) => {
    let reads = 0
    const count = (target: object, methods: string[]) => {
      for (const method of methods) {
        const original: unknown = Reflect.get(target, method)
        if (typeof original !== 'function') throw new Error(`no method ${method}`)
        Reflect.set(target, method, (...args: unknown[]) => {
          reads++
          return Reflect.apply(original, target, args)
        })
      }
    }
    for (const root of ['contacts', 'fields', 'notes']) {
      count(doc.getMap(root), ['get', 'has', 'keys', 'values', 'entries', 'forEach', 'toJSON'])
      count(doc.getMap(root)._map, ['keys', 'values', 'entries', 'forEach'])
    }
    count(doc.share, ['keys', 'values', 'entries', 'forEach'])
    const searches = countSearches(doc)
    return () => reads + 10_000 * searches.mock.calls.length
  }

  it('cost one edit no more reads than ten contacts, and keep their identities', () => {
    const person = many()
    const before = person.index.contactIds().map((each) => person.index.contact(each))
    const ids = person.index.contactIds()
    const edits = [
      () => setField(person.doc, contactId('c5000'), 'title', 'Boss'),
      () => addTag(person.doc, contactId('c5000'), 'vip'),
      () => deleteContact(person.doc, contactId('c5000'), 5),
      () => void addNote(person.doc, n1, contactId('c5000'), 'x', 1),
      () => aboutText(person.doc, contactId('c5000')).insert(5, '!'),
    ]
    const reads = countReads(person.doc)
    for (const edit of edits) {
      const start = reads()
      expect(person.hears(edit).length).toBe(1)
      expect(reads() - start).toBeLessThan(15)
    }
    const changed = ids.filter((each, at) => person.index.contact(each) !== before[at])
    expect(changed).toEqual(['c5000'])
    expect(person.index.contactIds()).toBe(ids)
  })

  it('have the roots of their texts searched once when they arrive together', () => {
    const [person, reader] = [many(), new Person()]
    const searches = countSearches(reader.doc)
    expect(
      reader.hears(() => person.sent.forEach((sent) => void reader.receive(sent))),
    ).toHaveLength(20_000)
    expect(searches).toHaveBeenCalledTimes(1)
    // A nested type, which no edit makes, is not looked for again and again.
    const nested = new Y.Map()
    reader.doc.getMap('fields').set('c1/x', nested)
    nested.set('a', 1)
    searches.mockClear()
    nested.set('a', 2)
    expect(searches).not.toHaveBeenCalled()
  })

  it('are read one by one when asked for, not on start', () => {
    const { doc } = many()
    const reads = new Set<ContactId>()
    const contacts = doc.getMap('contacts')
    const get = contacts.get.bind(contacts)
    contacts.get = (key) => {
      const creation = get(key)
      if (typeof creation !== 'object' || creation === null) return creation
      return new Proxy(creation, {
        get: (target, part) => {
          reads.add(contactId(key))
          return Reflect.get(target, part)
        },
      })
    }
    const index = rebuilt(doc)
    expect(index.contactIds().length).toBe(10_000)
    expect(index.contact(contactId('c7'))?.company).toBe('Acme')
    expect([...reads]).toEqual(['c7'])
  })
})

describe('a listener that throws', () => {
  it('keeps no other from hearing, ends no edit, and its error is still thrown', () => {
    const later: (() => void)[] = []
    vi.stubGlobal('queueMicrotask', (act: () => void) => later.push(act))
    const heard = vi.fn()
    ana.index.subscribe(() => {
      throw new Error('of the app')
    })
    ana.index.subscribe(heard)
    expect(() => setField(ana.doc, id, 'title', 'Boss')).not.toThrow()
    vi.unstubAllGlobals()
    expect(heard).toHaveBeenCalledOnce()
    expect(later).toHaveLength(1)
    expect(later[0]).toThrow('of the app')
  })
})
