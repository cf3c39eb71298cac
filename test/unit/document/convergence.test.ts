import fc from 'fast-check'
import {
  aboutText,
  addNote,
  addTag,
  type Contact,
  deleteContact,
  deleteNote,
  editNote,
  InvalidValue,
  removeEntry,
  removeTag,
  restoreContact,
  restoreNote,
  setEntry,
  setField,
} from 'kith-shared'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { flatten, Mirror } from './mirror.js'
import { contactId, meet, noteId, Person, readAll, rebuilt } from './play.js'

type Edit = (person: Person) => void

const contact = fc.constantFrom('c1', 'c2', 'c3').map(contactId)
const note = fc.constantFrom('n1', 'n2', 'c1').map(noteId)
const text = fc.constantFrom('', 'a', 'b', 'ä 字', 'x'.repeat(50))
const time = fc.nat(9)
const entry = fc.record({ id: fc.constantFrom('e1', 'e2'), label: text, value: text })
const list = fc.constantFrom('emails', 'phones', 'links')

const editOf = <Values extends unknown[]>(
  values: { [At in keyof Values]: fc.Arbitrary<Values[At]> },
  edit: (person: Person, ...values: Values) => void,
): fc.Arbitrary<Edit> =>
  fc.tuple<Values>(...values).map((drawn) => (person: Person) => edit(person, ...drawn))

/** What people do through edits, and what foreign programs may put there. */
const edits: fc.Arbitrary<Edit> = fc.oneof(
  editOf([contact, text, fc.array(entry), time], (person, id, value, emails, now) => {
    person.create(id, { name: `N${value}`, company: value, emails, tags: [value] }, now)
  }),
  editOf([contact, text], ({ doc }, id, value) => setField(doc, id, 'name', value)),
  editOf([contact, fc.boolean()], ({ doc }, id, value) => setField(doc, id, 'favorite', value)),
  editOf([contact, list, entry], ({ doc }, id, at, value) => setEntry(doc, id, at, value)),
  editOf([contact, list], ({ doc }, id, at) => removeEntry(doc, id, at, 'e1')),
  editOf([contact, text], ({ doc }, id, tag) => addTag(doc, id, tag)),
  editOf([contact, text], ({ doc }, id, tag) => removeTag(doc, id, tag)),
  editOf([contact, time], ({ doc }, id, now) => deleteContact(doc, id, now)),
  editOf([contact], ({ doc }, id) => restoreContact(doc, id)),
  editOf([note, contact, text, time], ({ doc }, at, id, body, now) => {
    addNote(doc, at, id, body, now)
  }),
  editOf([note, text], ({ doc }, at, body) => editNote(doc, at, body)),
  editOf([note, time], ({ doc }, at, now) => deleteNote(doc, at, now)),
  editOf([note], ({ doc }, at) => restoreNote(doc, at)),
  editOf([note, contact], ({ doc }, at, id) => doc.getMap('fields').set(`${at}/contactId`, id)),
  editOf([contact, text, fc.nat(5)], ({ doc }, id, value, at) => {
    const about = aboutText(doc, id)
    about.insert(Math.min(at, about.length), value)
  }),
  editOf([contact, fc.nat(3)], ({ doc }, id, length) => {
    const about = aboutText(doc, id)
    about.delete(0, Math.min(length, about.length))
  }),
  editOf(
    [fc.constantFrom('contacts', 'notes'), contact, fc.jsonValue()],
    ({ doc }, root, id, value) => {
      doc.getMap(root).set(id, value)
    },
  ),
  editOf([contact, fc.constantFrom('name', 'tags/a', 'emails/e1', 'x')], ({ doc }, id, path) => {
    doc.getMap('fields').delete(`${id}/${path}`)
  }),
)

type Step =
  | { type: 'edit'; who: 0 | 1; edits: Edit[] }
  | { type: 'undo' | 'redo'; who: 0 | 1 }
  /** One of the updates that are under way to this person, in any order. */
  | { type: 'receive'; who: 0 | 1; which: number }

const who = fc.constantFrom<(0 | 1)[]>(0, 1)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('edit' as const),
        who,
        edits: fc.array(edits, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constantFrom('undo' as const, 'redo' as const), who }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('receive' as const), who, which: fc.nat(20) }),
    },
  ),
  { maxLength: 40, size: 'max' },
)

interface Player {
  person: Person
  undo: Y.UndoManager
  mirror: Mirror
  /** How many of the other's updates were put in `inbox` so far. */
  seen: number
  inbox: Uint8Array[]
}

const newPlayer = (): Player => {
  const person = new Person()
  const mirror = new Mirror()
  person.index.subscribe((changes) => {
    for (const change of changes) mirror.hear(change)
  })
  const maps = ['contacts', 'fields', 'notes'].map((root) => person.doc.getMap(root))
  const undo = new Y.UndoManager(maps, { captureTimeout: 0 })
  return { person, undo, mirror, seen: 0, inbox: [] }
}

const take = (step: Step, player: Player, other: Player): void => {
  switch (step.type) {
    case 'edit':
      player.person.doc.transact(() => {
        for (const edit of step.edits) attempt(edit, player.person)
      })
      return
    case 'undo':
    case 'redo':
      player.undo[step.type]()
      return
    case 'receive': {
      player.inbox.push(...other.person.sent.slice(player.seen))
      player.seen = other.person.sent.length
      const [update] = player.inbox.splice(step.which % Math.max(1, player.inbox.length), 1)
      if (update) player.person.receive(update)
    }
  }
}

const attempt = (edit: Edit, person: Person): void => {
  try {
    edit(person)
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
  }
}

/** The index reads as if it had been built just now, and the events told all of it. */
const expectTrue = ({ person, mirror }: Player): void => {
  const { index, doc } = person
  expect(readAll(index)).toEqual(readAll(rebuilt(doc)))
  for (const id of index.contactIds()) {
    expect(mirror.deleted.has(id)).toBe(index.contact(id)?.deletedAt !== null)
    expect(mirror.contacts.get(id)).toEqual(flatten(index.contact(id) as Contact)) // listed: there
    for (const each of index.notesOf(id)) expect(mirror.notes.get(each.id)).toEqual(each)
  }
}

it('[P3] the index equals a fresh one after any edits of two people, exchanged in any order', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const players = [newPlayer(), newPlayer()] as const
      for (const step of all) {
        take(step, players[step.who], players[step.who === 0 ? 1 : 0])
        for (const player of players) expectTrue(player)
      }
      meet(players[0].person, players[1].person)
      for (const player of players) expectTrue(player)
      expect(readAll(players[0].person.index)).toEqual(readAll(players[1].person.index))
    }),
    { numRuns: 300 },
  )
})
