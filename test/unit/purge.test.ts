/** What people have deleted is gone from the next epoch's opening state, and nothing else is. */
import {
  addNote,
  type ClientId,
  type ContactId,
  DocumentIndex,
  deleteContact,
  FIELDS,
  type NoteId,
} from 'kith-shared'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { purge } from '../../server/core/purge.js'
import { Person } from './document/play.js'

const OPENING = 77 as ClientId

const opened = (ana: Person) => {
  const purged = purge(Y.encodeStateAsUpdate(ana.doc), OPENING)
  if (!purged) throw new Error('nothing is left')
  const doc = new Y.Doc()
  Y.applyUpdate(doc, purged.opening.document)
  const index = new DocumentIndex(doc)
  index.start()
  return { ...purged, doc, index }
}

describe('purge', () => {
  it('[K9] takes deleted contacts with their notes, fields and long text', () => {
    const ana = new Person()
    const gone = ana.create('gone', { name: 'Gone', tags: ['x'] })
    const kept = ana.create('kept', { name: 'Kept' })
    for (const id of [gone, kept]) {
      addNote(ana.doc, `note-${id}` as NoteId, id, 'Secret', 1)
      ana.doc.getText(`about/${id}`).insert(0, 'Secret')
    }
    deleteContact(ana.doc, gone, 2)
    const { contacts, notes, doc, index } = opened(ana)
    expect({ contacts, notes }).toEqual({ contacts: 1, notes: [`note-${gone}`] })
    expect(index.contact(kept as ContactId)?.name).toBe('Kept')
    expect(doc.getText('about/kept').toString()).toBe('Secret')
    expect(index.note('note-kept' as NoteId)?.body).toBe('Secret')
    expect(index.contact(gone as ContactId)).toBeUndefined()
    expect(doc.getText('about/gone').toString()).toBe('')
    expect([...doc.getMap(FIELDS).keys()].filter((key) => key.includes('gone'))).toEqual([])
  })

  it('[K9] gives the same bytes of the same state, so that an opening state can be made again', () => {
    const ana = new Person()
    deleteContact(ana.doc, ana.create('gone', { name: 'Gone' }), 2)
    ana.create('kept', { name: 'Kept' })
    expect(opened(ana).opening).toEqual(opened(ana).opening)
  })
})
