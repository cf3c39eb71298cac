import { addNote, mergedInto, moveNote, selectContactIds, setField } from 'kith-shared'
import { beforeEach, describe, expect, it } from 'vitest'
import { contactId, meet, noteId, Person } from './play.js'

let ana: Person
const id = contactId
const list = (deleted = false): string => selectContactIds(ana.index, { deleted }).join(' ')
const merge = (person: Person, from: string, into: string): void =>
  setField(person.doc, id(from), 'mergedInto', into)

beforeEach(() => {
  ana = new Person()
  for (const name of ['a', 'b', 'c']) ana.create(name, { name })
})

describe('a merged contact', () => {
  it('[W6] is in no list of contacts, and leads to the one that stands for it', () => {
    merge(ana, 'a', 'b')
    expect(list()).toBe('b c')
    expect(list(true)).toBe('a')
    merge(ana, 'b', 'c')
    expect(list()).toBe('c')
    expect(mergedInto(ana.index, id('a'))).toBe('c')
    expect(mergedInto(ana.index, id('c'))).toBeUndefined()
    setField(ana.doc, id('a'), 'mergedInto', null)
    expect(list()).toBe('a c')
  })

  it('[W6] stands for itself where what it leads to is not there, or is itself', () => {
    merge(ana, 'a', 'nobody')
    merge(ana, 'b', 'b')
    expect(list()).toBe('a b c')
    expect(mergedInto(ana.index, id('nobody'))).toBeUndefined()
  })

  it('[W6] does not take the other one along where two people merge them crosswise', () => {
    const bo = new Person()
    meet(ana, bo)
    merge(ana, 'a', 'b')
    merge(bo, 'b', 'a')
    merge(bo, 'c', 'b')
    meet(ana, bo)
    for (const person of [ana, bo]) expect(selectContactIds(person.index).join(' ')).toBe('a')
    expect(mergedInto(ana.index, id('c'))).toBe('a')
  })
})

describe('moving a note', () => {
  it('gives it to the other contact, and to none that is not there', () => {
    addNote(ana.doc, noteId('n'), id('a'), 'met in Oslo', 1)
    moveNote(ana.doc, noteId('n'), id('b'))
    expect(ana.index.notesOf(id('a'))).toEqual([])
    expect(ana.index.notesOf(id('b')).map(({ body }) => body)).toEqual(['met in Oslo'])
    expect(() => moveNote(ana.doc, noteId('n'), id('nobody'))).toThrow('not-found')
    expect(() => moveNote(ana.doc, noteId('none'), id('b'))).toThrow('not-found')
  })
})
