import fc from 'fast-check'
import type { UserId } from 'kith-shared'
import { expect, test } from 'vitest'
import { Gate } from '../../harness/gate.js'
import { Person } from './play.js'

/**
 * Histories of a few people who act, take back, do again, go offline and come back. A failure says
 * its seed; `KITH_UNDO_SEED=<seed>` plays it again.
 */
const seed = Number(process.env.KITH_UNDO_SEED ?? 20_261_122)
const runs = { seed, numRuns: Number(process.env.KITH_UNDO_RUNS ?? 300) }

type Kind =
  | 'create'
  | 'name'
  | 'company'
  | 'type'
  | 'email'
  | 'tag'
  | 'delete'
  | 'restore'
  | 'note'
  | 'edit-note'
  | 'delete-note'
  | 'several'
const KINDS: readonly Kind[] = [
  'create',
  'name',
  'company',
  'type',
  'type',
  'type',
  'email',
  'tag',
  'delete',
  'restore',
  'note',
  'edit-note',
  'delete-note',
  'several',
]

interface Act {
  kind: Kind
  /** Which contact, place and letters, and how long since the last act, in milliseconds. */
  pick: number
  at: number
  remove: number
  text: string
  pause: number
}

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(...KINDS),
  pick: fc.nat(3),
  at: fc.nat(12),
  remove: fc.nat(4),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
  pause: fc.constantFrom(10, 100, 1_000),
})

type Move =
  | { who: number; does: 'act'; act: Act }
  | { who: number; does: 'undo' | 'redo' | 'leave' | 'return' }

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ who: fc.nat(2), does: fc.constant('act' as const), act }) },
  {
    weight: 4,
    arbitrary: fc.record({
      who: fc.nat(2),
      does: fc.constantFrom(
        'undo' as const,
        'undo' as const,
        'redo' as const,
        'leave' as const,
        'return' as const,
      ),
    }),
  },
)

const perform = (person: Person, { kind, pick, at, remove, text, pause }: Act): void => {
  const { actions, index } = person
  person.now += pause
  const ids = index.contactIds()
  const id = ids[pick % ids.length]
  if (id === undefined || kind === 'create') {
    actions.createContact({
      name: `N${text}`,
      tags: [`t${at % 2}`],
      emails: [{ id: 'e0', value: text }],
    })
    return
  }
  const notes = index.notesOf(id)
  const note = notes[pick % notes.length]
  switch (kind) {
    case 'name':
      return person.fill(id, 'name', `N${text}`)
    case 'company':
      return person.fill(id, 'company', text)
    case 'type':
      return person.type(id, at, remove, text)
    case 'email':
      if (remove === 0) return actions.removeEntry(id, 'emails', `e${at % 2}`)
      return actions.setEntry(id, 'emails', { id: `e${at % 2}`, label: '', value: text })
    case 'tag':
      return remove === 0 ? actions.removeTag(id, `t${at % 3}`) : actions.addTag(id, `t${at % 3}`)
    case 'delete':
      return actions.deleteContact(id)
    case 'restore':
      return actions.restoreContact(id)
    case 'note':
      actions.addNote(id, `n${text}`)
      return
    case 'edit-note':
      return note && actions.editNote(note.id, `n${text}`)
    case 'delete-note':
      return note && actions.deleteNote(note.id)
    case 'several':
      return person.history.asOne(() => {
        actions.setField(id, 'company', text)
        actions.addTag(id, `t${at % 3}`)
        person.type(id, at, remove, text)
      })
  }
}

/** Three people in one workspace with two contacts. */
const team = (): Person[] => {
  const people = [new Person(3), new Person(1), new Person(2)]
  const [ana] = people
  gates.set(people, new Gate())
  for (const name of ['Cleo', 'Dora']) ana?.actions.createContact({ name, tags: ['t0'] })
  meetAll(people)
  return people
}

const play = (moves: readonly Move[], check: (person: Person, does: 'undo' | 'redo') => void) => {
  const people = team()
  const online = new Set(people)
  for (const { who, ...does } of moves) {
    const person = people[who]
    if (person === undefined) throw new Error('nobody')
    if (does.does === 'act') perform(person, does.act)
    else if (does.does === 'leave') online.delete(person)
    else if (does.does === 'return') online.add(person)
    else check(person, does.does)
    meetOf(people, online)
  }
  meetAll(people)
  return people
}

/** Those who are offline keep what they did, and get what they missed when they come back. */
const userOf = (who: number): UserId => `person-${who}` as UserId
/** The server's: what an undo writes is admitted like anything else. */
const gates = new WeakMap<readonly Person[], Gate>()
const inboxes = new WeakMap<Person, Uint8Array[]>()
const meetOf = (people: readonly Person[], online: ReadonlySet<Person>): void => {
  for (const from of online) {
    for (const update of from.sent.splice(0)) {
      const sender = { userId: userOf(people.indexOf(from)), role: 'editor' } as const
      expect(gates.get(people)?.send(sender, 'update', update)).toBe('accepted')
      for (const to of people) if (to !== from) inboxOf(to).push(update)
    }
  }
  for (const person of online)
    for (const update of inboxOf(person).splice(0)) person.receive(update)
}
const inboxOf = (person: Person): Uint8Array[] => {
  const inbox = inboxes.get(person) ?? []
  inboxes.set(person, inbox)
  return inbox
}
const meetAll = (people: readonly Person[]): void => meetOf(people, new Set(people))

test('[U1] whoever else acts, and on- or offline: an undo or redo changes nothing that others wrote', () => {
  let turns = 0
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60, size: 'max' }), (moves) => {
      const people = play(moves, (person, does) => {
        const before = person.othersWork()
        if (person.history[does]() !== undefined) turns++
        const after = person.othersWork()
        expect(after).toEqual(before)
      })
      const [first, ...others] = people.map((person) => person.seen())
      for (const other of others) expect(other).toEqual(first)
    }),
    runs,
  )
  expect(turns).toBeGreaterThan(runs.numRuns)
})

test('[U2] an undo and then a redo give what was there', () => {
  let turns = 0
  fc.assert(
    fc.property(fc.array(move, { maxLength: 50, size: 'max' }), (moves) => {
      play(moves, (person, does) => {
        const before = person.seen()
        const action = person.history[does]()
        if (action === undefined) return
        turns++
        const back = does === 'undo' ? 'redo' : 'undo'
        expect(person.history[back](action)).toEqual(action)
        expect(person.seen()).toEqual(before)
        person.history[does](action)
      })
    }),
    runs,
  )
  expect(turns).toBeGreaterThan(runs.numRuns)
})

test('[U2] all of one person’s undos give what was there before they began, all redos what they left', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40, size: 'max' }), (acts) => {
      const [, ben] = team()
      if (ben === undefined) throw new Error('nobody')
      const before = ben.seen()
      for (const one of acts) perform(ben, one)
      const after = ben.seen()
      while (ben.history.undo() !== undefined);
      expect(ben.seen()).toEqual(before)
      expect(ben.history.state().undo).toBeUndefined()
      while (ben.history.redo() !== undefined);
      expect(ben.seen()).toEqual(after)
    }),
    runs,
  )
})
