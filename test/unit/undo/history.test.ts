import { aboutText, deleteContact, restoreContact, setField } from 'kith-shared'
import { beforeEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { meet, Person } from './play.js'

let ana: Person
let ben: Person
beforeEach(() => {
  ana = new Person(1)
  ben = new Person(2)
})

/** A contact of Ben's that both know. */
const shared = () => {
  const id = ben.actions.createContact({ name: 'Cleo', tags: ['old'] })
  meet(ana, ben)
  return id
}

describe('an action', () => {
  test('[U1] a creation is taken back by a deletion, never by taking the record away', () => {
    const id = ana.actions.createContact({ name: 'Zoe' })
    const action = { type: 'contact_created', contactId: id }
    expect(ana.history.state().undo).toMatchObject(action)
    ana.now += 1
    expect(ana.history.undo()).toMatchObject(action)
    expect(ana.index.contact(id)).toMatchObject({ name: 'Zoe', deletedAt: ana.now })
    expect(ana.history.redo()).toMatchObject(action)
    expect(ana.index.contact(id)?.deletedAt).toBeNull()
    expect(ana.doc.getMap('fields').get(`${id}/deletedAt`)).toBeNull()
    const noteId = ana.actions.addNote(id, 'Hello')
    expect(ana.history.undo()).toMatchObject({ type: 'note_added', contactId: id, noteId })
    expect(ana.index.notesOf(id)).toEqual([])
    expect(ana.doc.getMap('notes').has(noteId)).toBe(true)
  })

  test('[U3] is named by what it did, for a toast, and can be taken back later by that', () => {
    const id = shared()
    ana.actions.deleteContact(id)
    const deletion = ana.history.state().undo
    expect(deletion).toMatchObject({ type: 'contact_deleted', contactId: id })
    const other = ana.actions.createContact({ name: 'Zoe' })
    ana.actions.updateContact(other, { company: 'Acme', title: 'CEO' })
    expect(ana.history.state().undo).toMatchObject({
      type: 'contact_updated',
      fields: ['company', 'title'],
    })
    expect(ana.history.undo(deletion)).toEqual(deletion)
    expect(ana.index.contact(id)?.deletedAt).toBeNull()
    expect(ana.index.contact(other)?.company).toBe('Acme')
    expect(ana.history.undo(deletion)).toBeUndefined()
  })

  test('[U1] a value that somebody wrote since stays, and the rest of the step goes back', () => {
    const id = shared()
    ana.actions.updateContact(id, { company: 'Acme', title: 'CEO' })
    meet(ana, ben)
    ben.actions.setField(id, 'title', 'CTO')
    meet(ana, ben)
    ana.history.undo()
    expect(ana.index.contact(id)).toMatchObject({ company: '', title: 'CTO' })
  })

  test('[U1] what others did to everything leaves nothing to take back, and the state says so', () => {
    const id = shared()
    ana.actions.setField(id, 'title', 'CEO')
    expect(ana.history.state().undo).toBeDefined()
    let told = 0
    ana.history.onChange(() => told++)
    meet(ana, ben)
    // The same value, and yet Ben's.
    ben.actions.setField(id, 'title', 'CTO')
    ben.actions.setField(id, 'title', 'CEO')
    meet(ana, ben)
    expect(told).toBeGreaterThan(0)
    expect(ana.history.state().undo).toBeUndefined()
    expect(ana.history.undo()).toBeUndefined()
    expect(ana.index.contact(id)?.title).toBe('CEO')
  })

  test('[U2] what a record was created with comes back: an entry, a tag, a text', () => {
    const id = ben.actions.createContact({
      name: 'Cleo',
      tags: ['old'],
      emails: [{ id: 'e1', label: 'work', value: 'c@d' }],
    })
    meet(ana, ben)
    const before = ana.seen()
    ana.actions.removeTag(id, 'old')
    ana.actions.setEntry(id, 'emails', { id: 'e1', label: '', value: 'x@y' })
    ana.actions.removeEntry(id, 'emails', 'e1')
    ana.actions.addTag(id, 'new')
    ana.actions.setField(id, 'name', 'Dora')
    for (let step = 0; step < 5; step++) ana.history.undo()
    expect(ana.seen()).toEqual(before)
  })

  test('[U4] an import is one step, whatever else is done while it runs', async () => {
    const inputs = Array.from({ length: 250 }, (_, at) => ({ name: `Name ${at}` }))
    const importing = ana.actions.importContacts(inputs, {
      onProgress: (done) => done === 100 && ana.actions.createContact({ name: 'Mine' }),
    })
    const ids = await importing
    expect(ana.history.undo()).toMatchObject({ type: 'contact_created' })
    expect(ana.history.state().undo).toMatchObject({ type: 'contacts_created', contactIds: ids })
    ana.history.undo()
    expect(ana.seen().contacts).toEqual([])
    ana.history.redo()
    expect(ana.seen().contacts).toHaveLength(250)
  })

  test('[U4] several actions are one step where the app says so', () => {
    const id = shared()
    ana.history.asOne(() => {
      ana.actions.setField(id, 'title', 'CEO')
      ana.history.asOne(() => ana.actions.addTag(id, 'new'))
      ana.actions.createContact({ name: 'Zoe' })
    })
    expect(ana.history.state().undo).toMatchObject({ type: 'several' })
    ana.history.undo()
    expect(ana.seen()).toEqual(ben.seen())
  })

  test('[U4] one step can be added to with pauses, and what is done meanwhile is another', () => {
    const id = shared()
    const add = ana.history.openStep()
    add(() => ana.actions.addTag(id, 'new'))
    ana.actions.setField(id, 'title', 'CEO')
    add(() => ana.actions.createContact({ name: 'Zoe' }))
    expect(ana.history.undo()).toMatchObject({ fields: ['title'] })
    expect(ana.history.undo()).toMatchObject({ type: 'several' })
    expect(ana.seen()).toEqual(ben.seen())
  })
})

describe('typing', () => {
  test('[U4] at one place is one step until a pause, and in another place another', () => {
    const id = shared()
    for (const value of ['A', 'Ac', 'Acme']) {
      ana.fill(id, 'company', value)
      ana.now += 400
    }
    ana.now += 100
    ana.fill(id, 'company', 'Acme Inc')
    ana.fill(id, 'name', 'Zoe')
    const company = () => ana.index.contact(id)?.company
    ana.history.undo()
    expect([company(), ana.index.contact(id)?.name]).toEqual(['Acme Inc', 'Cleo'])
    ana.history.undo()
    expect(company()).toBe('Acme')
    ana.history.undo()
    expect(company()).toBe('')
    ana.fill(id, 'company', 'B')
    ana.history.endStep()
    ana.fill(id, 'company', 'Bo')
    ana.history.undo()
    expect(company()).toBe('B')
  })

  test('[U4] in an editor of its own kind is one step as well, and pushes nothing else out', () => {
    const id = shared()
    ana.actions.setField(id, 'title', 'CEO')
    const text = aboutText(ana.doc, id)
    const before = text.toString()
    for (let key = 0; key < 150; key++) {
      ana.doc.transact(() => text.insert(text.length, 'a'), 'an editor')
      ana.now += 100
    }
    ana.history.undo()
    expect(text.toString()).toBe(before)
    expect(ana.history.undo()).toMatchObject({ fields: ['title'] })
  })

  test('[U1] my letters go and come back among those that others wrote meanwhile', () => {
    const id = shared()
    ben.type(id, 0, 0, 'one three')
    meet(ana, ben)
    ana.type(id, 4, 0, 'two ')
    meet(ana, ben)
    ben.type(id, 6, 0, '!?')
    ben.type(id, 0, 3, 'ONE')
    meet(ana, ben)
    expect(ana.about(id)).toBe('ONE tw!?o three')
    ana.history.undo()
    expect(ana.about(id)).toBe('ONE !?three')
    ana.history.redo()
    expect(ana.about(id)).toBe('ONE tw!?o three')
  })

  test('[U1] letters that I removed come back at their place, save those that others keep', () => {
    const id = shared()
    ben.type(id, 0, 0, 'abcdef')
    meet(ana, ben)
    ana.type(id, 1, 4, '')
    ben.type(id, 3, 0, 'X')
    meet(ana, ben)
    expect(ana.about(id)).toBe('aXf')
    ana.history.undo()
    meet(ana, ben)
    expect(ana.about(id)).toBe('abcXdef')
    expect(ben.about(id)).toBe('abcXdef')
  })

  test('[U3] one field’s steps can be asked for alone, as in an input', () => {
    const id = shared()
    ana.fill(id, 'company', 'Acme')
    ana.type(id, 0, 0, 'About')
    ana.actions.addTag(id, 'new')
    expect(ana.history.undo({ contactId: id, field: 'name' })).toBeUndefined()
    ana.history.undo({ contactId: id, field: 'company' })
    expect(ana.index.contact(id)).toMatchObject({ company: '', tags: ['old', 'new'] })
    ana.history.undo({ contactId: id, field: 'about' })
    expect(ana.about(id)).toBe('')
    ana.history.redo({ contactId: id, field: 'company' })
    expect(ana.index.contact(id)?.company).toBe('Acme')
  })
})

/** The same values under fresh ids, as a new epoch has them. */
const renewed = (before: Y.Doc): Y.Doc => {
  const next = new Y.Doc()
  next.clientID = 77
  for (const root of ['contacts', 'fields', 'notes']) {
    for (const [key, value] of before.getMap(root)) next.getMap(root).set(key, value)
  }
  for (const root of before.share.keys()) {
    if (root.startsWith('about/')) next.getText(root).insert(0, before.getText(root).toString())
  }
  return next
}

describe('a document that another replaces', () => {
  test('[U5] values can still be taken back there, and done again', () => {
    const id = shared()
    ana.actions.setField(id, 'title', 'CEO')
    ana.actions.setField(id, 'title', 'CTO')
    ana.actions.deleteContact(id)
    ana.history.undo()
    ana.replaceDoc(renewed)
    ana.history.undo()
    expect(ana.index.contact(id)?.title).toBe('CEO')
    ana.history.undo()
    expect(ana.index.contact(id)?.title).toBe('')
    for (let step = 0; step < 3; step++) ana.history.redo()
    expect(ana.index.contact(id)).toMatchObject({ title: 'CTO', deletedAt: ana.now })
  })

  test('[U5] what reads otherwise there is somebody else’s, and texts are out of reach: it says so', () => {
    const id = shared()
    ana.type(id, 0, 0, 'Letters')
    ana.actions.setField(id, 'title', 'CEO')
    ana.replaceDoc((before) => {
      const next = renewed(before)
      setField(next, id, 'title', 'CTO')
      return next
    })
    expect(ana.history.state()).toEqual({ undo: undefined, redo: undefined })
    expect(ana.history.undo()).toBeUndefined()
    expect(ana.index.contact(id)?.title).toBe('CTO')
    expect(ana.about(id)).toBe('Letters')
  })
})

describe('the history', () => {
  test('[U3] forgets what can be done again once something new is done', () => {
    const id = shared()
    ana.actions.setField(id, 'title', 'CEO')
    ana.history.undo()
    ana.actions.addTag(id, 'new')
    expect(ana.history.state().redo).toBeUndefined()
    expect(ana.history.redo()).toBeUndefined()
  })

  test('[U3] is mine and of this tab: nobody else’s work is in it', () => {
    const id = shared()
    ana.actions.createContact({ name: 'Zoe' })
    ana.history.undo()
    expect(ana.history.state().undo).toBeUndefined()
    meet(ana, ben)
    deleteContact(ben.doc, id, 1)
    restoreContact(ben.doc, id)
    meet(ana, ben)
    expect(ana.history.state().undo).toBeUndefined()
  })

  test('[U3] keeps the newest 100 steps', () => {
    const id = shared()
    for (let at = 0; at < 120; at++) ana.actions.setField(id, 'title', `Title ${at}`)
    let steps = 0
    while (ana.history.undo() !== undefined) steps++
    expect(steps).toBe(100)
    expect(ana.index.contact(id)?.title).toBe('Title 19')
  })

  test('[U3] a viewer is told, and nothing is changed', () => {
    const id = ana.actions.createContact({ name: 'Zoe' })
    ana.mayEdit = false
    expect(() => ana.history.undo()).toThrow('read only')
    expect(ana.index.contact(id)?.deletedAt).toBeNull()
  })

  test('[U3] the state is the same object until it changes', () => {
    const id = shared()
    ana.actions.setField(id, 'title', 'CEO')
    const state = ana.history.state()
    ben.actions.setField(id, 'company', 'Acme')
    meet(ana, ben)
    expect(ana.history.state()).toBe(state)
  })
})
