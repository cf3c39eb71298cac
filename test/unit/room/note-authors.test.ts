/** Whose a note is, as the gate hands it to the commit: by the session that sent it, nothing else. */
import type { NoteId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { NoteTable } from '../../../server/core/note-table.js'
import { forge } from '../../harness/forge.js'
import { ANA as ANAS_ID, ana, EVE as EVES_ID, eve, Gate } from '../admission/gate.js'
import { stage } from './stage.js'

const ANA = 1
const BO = 2

const person = (clientId: number) => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  let update = new Uint8Array()
  doc.on('update', (made: Uint8Array) => {
    update = new Uint8Array(made)
  })
  return {
    doc,
    note: (id: string): Uint8Array => {
      doc.getMap('notes').set(id, { contactId: 'c1', body: 'Met at sea', createdAt: 1 })
      return update
    },
    field: (key: string): Uint8Array => {
      doc.getMap('fields').set(key, 'Navy')
      return update
    },
  }
}

const named = (notes: readonly { noteId: string; author: { id: string } }[] = []) =>
  notes.map(({ noteId, author }) => [noteId, author.id])

describe('the author of a note', () => {
  test('[H10] is whose session sent it, whatever the note itself says', () => {
    const { join, send, inFlight, commit } = stage()
    join(ANA, 'ana', 10)
    const value = { contactId: 'c1', body: 'x', createdAt: 1, author: 'bo', userId: 'bo' }
    const structs = [{ kind: 8, root: 'notes', key: 'n1', values: [value] }]
    send(ANA, forge({ blocks: [{ client: 10, structs }] }))
    expect(inFlight()?.notes).toEqual([{ noteId: 'n1', author: { id: 'ana', name: 'ANA' } }])
    commit()
    expect(inFlight()).toBeUndefined()
  })

  test('[H10] goes with a batch of several people each to its own', () => {
    const { join, send, inFlight, commit } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    const [one, other] = [person(10), person(20)]
    send(ANA, one.field('c1/company'))
    send(ANA, one.note('n1'))
    send(BO, other.note('n2'))
    send(ANA, one.note('n3'))
    expect(inFlight()?.notes).toBeUndefined()
    commit()
    expect(named(inFlight()?.notes)).toEqual([
      ['n1', 'ana'],
      ['n2', 'bo'],
      ['n3', 'ana'],
    ])
  })

  test('[P6] a change that creates no note says nothing of authors, also where it edits one', () => {
    const { join, send, inFlight, commit } = stage()
    join(ANA, 'ana', 10)
    const one = person(10)
    send(ANA, one.note('n1'))
    commit()
    send(ANA, one.field('n1/body'))
    expect(inFlight()).toMatchObject({ rows: [{}] })
    expect(inFlight()).not.toHaveProperty('notes')
  })

  test('[H10] is not whoever sends it again: what is known is nobody’s creation', () => {
    const gate = new Gate()
    const notes = person(ANAS_ID)
    const first = notes.note('n1')
    expect(gate.judge(ana, first)).toMatchObject({ verdict: 'accepted', notes: ['n1'] })
    expect(gate.judge(eve, first)).toEqual({ verdict: 'known' })
    // Ana's next device brings the whole document: only what is new counts.
    notes.note('n2')
    const whole = Y.encodeStateAsUpdate(notes.doc)
    expect(gate.judge(eve, whole, { message: 'sync-step-2' }).verdict).toBe('refused')
    expect(gate.judge(ana, whole, { message: 'sync-step-2' })).toMatchObject({ notes: ['n2'] })
  })

  test('[H10] is not who overwrites it: an id keeps the author that was said first', () => {
    const gate = new Gate()
    const table = new NoteTable()
    const creations = [
      { user: ana, client: ANAS_ID },
      { user: eve, client: EVES_ID },
    ]
    for (const { user, client } of creations) {
      const verdict = gate.judge(user, person(client).note('n1'))
      if (verdict.verdict !== 'accepted') throw new Error(verdict.verdict)
      const author = { id: user, name: user }
      table.add(verdict.notes?.map((noteId) => ({ noteId, author })))
    }
    expect(named(table.find(['n1', 'n1', 'n2'] as NoteId[]))).toEqual([['n1', 'ana']])
  })
})
