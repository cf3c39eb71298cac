import {
  aboutText,
  type ContactId,
  createContact,
  MAX_AUTHOR_STEPS,
  MAX_TEXT_UNITS,
  setField,
  UpdateScanner,
  type UserId,
  type WorkspaceId,
} from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { compact } from '../../../server/core/documents.js'
import { roomStateOf } from '../../../server/core/room-state.js'
import { type ForgedStruct, forge } from '../../harness/forge.js'
import { playRoom } from '../../harness/room-play.js'
import { writer } from '../room/stage.js'
import { stepsOfYjs } from './yjs-steps.js'

const EVE = 1
const BO = 2
const EVES = 66
const BOS = 20
/** Eve's other id: larger, so that it stands first in an update. */
const ODD = 67
const ITEMS = 10_000
/** Eve's next clock, behind her half of the text that attacks start from. */
const NEXT = ITEMS / 2 + 1

/** Where a letter of that text lies: her two ids take turns, so that no two are one run. */
const letterAt = (at: number): [client: number, clock: number] => [
  at % 2 === 0 ? EVES : ODD,
  Math.floor(at / 2),
]
const lettersOf = (parity: number): ForgedStruct[] =>
  Array.from({ length: ITEMS + 1 }, (_, at) => at)
    .filter((at) => at % 2 === parity)
    .map((at) => ({
      kind: 4,
      ...(at === 0 ? { root: 'about/c1' } : { origin: letterAt(at - 1) }),
    }))

/** A room with Eve and Bo, and a text of Eve's that any attack can start from. */
const start = () => {
  const room = playRoom()
  room.join(EVE, 'eve', EVES)
  room.join(BO, 'bo', BOS)
  room.settle()
  const blocks = [
    { client: ODD, structs: lettersOf(1) },
    { client: EVES, structs: lettersOf(0) },
  ]
  room.tell(EVE, forge({ blocks }))
  expect(room.trials()).toBe(0)
  return room
}

const byEve = (clock: number, structs: ForgedStruct[]) =>
  forge({ blocks: [{ client: EVES, clock, structs }] })

/** Items with one origin, each with a right origin further on: the next one steps over all before. */
const sharedOrigins = Array.from(
  { length: ITEMS },
  (_, n): ForgedStruct => ({
    kind: 4,
    origin: [EVES, 0],
    right: letterAt(n + 1),
  }),
)
/** The value that all of `overwrites` stand behind. */
const value = byEve(NEXT, [{ kind: 8, root: 'fields', key: 'c1/x' }])
/**
 * Values behind that one, by an id larger than all before: Yjs steps over those. Letters make each
 * id wait for the one before, so that no order of arrival is a better one.
 */
const overwrite = (id: number, before: [client: number, clock: number]) => {
  const structs: ForgedStruct[] = [
    { kind: 4, origin: before },
    { kind: 8, origin: [EVES, NEXT] },
    { kind: 8, origin: [EVES, NEXT] },
    { kind: 4, origin: [id, 0] },
  ]
  return { client: id, structs }
}

/** One key begun again and again: each time Yjs walks to the head of the chain. */
const begunAnew = Array.from(
  { length: 2 * ITEMS },
  (): ForgedStruct => ({
    kind: 8,
    root: 'fields',
    key: 'c1/x',
  }),
)

const IDS = 1_500
const overwrites = forge({
  blocks: Array.from({ length: IDS }, (_, n) =>
    overwrite(1000 + n, n === 0 ? [EVES, 0] : [1000 + n - 1, 3]),
  ).reverse(),
})

const ATTACKS: [name: string, updates: Uint8Array[]][] = [
  ['items of a text that share an origin', [byEve(NEXT, sharedOrigins)]],
  ['overwrites of one value', [value, overwrites]],
  ['creations of one key', [byEve(NEXT, begunAnew)]],
]

type Room = ReturnType<typeof start>

/** Small updates, each built on what was taken of those before; `between` is called after each. */
const SPREAD: [name: string, play: (room: Room, between: (n: number) => void) => void][] = [
  [
    'items of a text that share an origin',
    (room, between) => {
      for (let n = 0, clock = NEXT; n < 2_000; n++) {
        const refused = room.refusals.length
        room.tell(EVE, byEve(clock, sharedOrigins.slice(n * 5, n * 5 + 5)))
        if (room.refusals.length === refused) clock += 5
        between(n)
      }
    },
  ],
  [
    'overwrites of one value',
    (room, between) => {
      room.tell(EVE, value)
      let before: [number, number] = [EVES, 0]
      for (let n = 0; n < IDS; n++) {
        const refused = room.refusals.length
        room.tell(EVE, forge({ blocks: [overwrite(1000 + n, before)] }))
        if (room.refusals.length === refused) before = [1000 + n, 3]
        between(n)
      }
    },
  ],
]

const stepsToLoad = (updates: readonly { update: Uint8Array }[]): number =>
  stepsOfYjs(() => {
    const doc = new Y.Doc()
    for (const { update } of updates) Y.applyUpdate(doc, update)
  })

describe('an attack on who loads', { timeout: 180_000 }, () => {
  test.each(ATTACKS)('[A5] %s, in one update, are refused, and leave nothing', (_name, updates) => {
    const room = start()
    room.tell(EVE, ...updates.slice(0, -1))
    const before = room.rows.length
    room.tell(EVE, ...updates.slice(-1))
    expect(room.refusals).toEqual(['too-heavy'])
    expect(room.rows.length).toBe(before)
    expect(room.seen(EVE).map(({ type }) => type)).toContain('reject')
    expect(room.trials()).toBe(1)
  })

  test.each(SPREAD)('[A5] %s, spread over small updates, end at the budget', (_name, play) => {
    const room = start()
    const bo = writer(BOS)
    play(room, (n) => {
      if (n % 100 === 0) room.tell(BO, bo.edit('name', `Bo ${n}`))
    })
    expect(room.refusals.length).toBeGreaterThan(100)
    expect(new Set(room.refusals)).toEqual(new Set(['too-heavy']))
    expect(room.rows.filter(({ author }) => author.id === 'bo').length).toBeGreaterThanOrEqual(15)
    // Not one for each that was refused: the room remembers, until a snapshot has measured again.
    expect(room.trials()).toBeLessThan(room.refusals.length / 2)
    expect(stepsToLoad(room.rows)).toBeLessThanOrEqual(MAX_AUTHOR_STEPS)
  })

  test.each([
    ['who began it', EVE],
    ['an accomplice', BO],
  ])(
    '[A5] what is quick as it comes, and slow as it is loaded, is refused to %s',
    (_who, session) => {
      const room = start()
      room.tell(EVE, value)
      const ids = 150
      for (let n = 0; n < ids; n++) {
        const before: [number, number] = n === 0 ? [EVES, 0] : [1000 + n - 1, 3]
        room.tell(EVE, forge({ blocks: [overwrite(1000 + n, before)] }))
      }
      expect(room.trials()).toBe(0)
      // Behind each of these values a chain of others, by two ids in turn: who loads the workspace gets
      // the first chain before the second value, which then has to step over it.
      const chain = (id: number, at: number): ForgedStruct => {
        const [mine, other] = id === 5_000 ? [0, 5_001] : [1, 5_000]
        const origin: [number, number] =
          mine === 1 ? [other, at] : at % 130 === 0 ? [1000 + at / 130, 1] : [other, at - 1]
        return { kind: 8, origin }
      }
      const blocks = [5_001, 5_000].map((client) => ({
        client,
        structs: Array.from({ length: ids * 130 }, (_, at) => chain(client, at)),
      }))
      const rows = room.rows.length
      const all = forge({ blocks })
      const arrival = stepsToLoad([...room.rows, { update: all }])
      expect(arrival).toBeLessThan(MAX_AUTHOR_STEPS / 2)
      room.tell(session, all)
      expect(room.refusals).toEqual(['too-heavy'])
      expect(room.rows.length).toBe(rows)
    },
  )

  test('[A5] deletes that cut an early text of a client who wrote much are refused', () => {
    const room = start()
    const client = EVES + 2
    const text = { kind: 4, root: 'about/c1', text: 'x'.repeat(30_001) }
    const fields = Array.from(
      { length: 39_000 },
      (_, n): ForgedStruct => ({
        kind: 8,
        root: 'fields',
        key: `c${n}/x`,
      }),
    )
    room.tell(EVE, forge({ blocks: [{ client, structs: [text] }] }))
    room.tell(EVE, forge({ blocks: [{ client, clock: 30_001, structs: fields }] }))
    expect(room.refusals).toEqual([])
    const before = room.rows.length
    // Each of both cuts moves 39,000 places in an array of Yjs'.
    const ranges = Array.from({ length: 14_900 }, (_, n): [number, number] => [2 * n + 1, 1])
    room.tell(EVE, forge({ deletes: [{ client, ranges }] }))
    expect(room.refusals).toEqual(['too-heavy'])
    expect(room.rows.length).toBe(before)
    room.tell(EVE, forge({ deletes: [{ client, ranges: ranges.slice(0, 1_000) }] }))
    expect(room.rows.length).toBe(before + 1)
  })

  test('[A5] a room that loads knows what each author’s work costs', () => {
    const room = start()
    const part = byEve(NEXT, sharedOrigins.slice(0, 1_000))
    room.tell(EVE, part)
    expect(room.refusals).toEqual([])
    const made = compact(undefined, room.rows)
    if (!made) throw new Error('the rows do not follow')
    const steps = stepsToLoad([{ update: made.document }])
    expect(steps).toBeGreaterThan(100_000)
    const loaded = {
      outcome: 'loaded' as const,
      name: 'Team',
      schema: 1,
      epoch: 1,
      head: 2,
      oldest: 1,
      snapshot: { seq: 2, documentBytes: made.document.length, index: made.index },
      tail: [],
      bindings: [EVES, ODD].map((clientId) => ({ clientId, userId: 'eve' as UserId })),
    }
    const state = roomStateOf('w' as WorkspaceId, loaded, new UpdateScanner())
    expect(state?.index.weights.total('eve' as UserId)).toBe(steps)
  })

  test('[A5] a colleague’s edits are committed while a trial goes on', () => {
    const room = start()
    room.send(EVE, byEve(NEXT, sharedOrigins))
    room.settle({ hold: 'trials' })
    room.send(BO, writer(BOS).edit('name', 'Bo'))
    room.settle({ hold: 'trials' })
    expect(room.rows.at(-1)?.author.id).toBe('bo')
    expect(room.refusals).toEqual([])
    room.settle()
    expect(room.refusals).toEqual(['too-heavy'])
  })

  test('[A5] a text past its units is refused, and less of it is taken', () => {
    const room = start()
    const paste = (length: number) => ({ kind: 4, root: 'about/c2', text: 'x'.repeat(length) })
    room.tell(EVE, byEve(NEXT, [paste(MAX_TEXT_UNITS - 1)]))
    expect(room.refusals).toEqual([])
    const more = { kind: 4, origin: [EVES, NEXT + MAX_TEXT_UNITS - 2], text: 'xy' } as ForgedStruct
    room.tell(EVE, byEve(NEXT + MAX_TEXT_UNITS - 1, [more]))
    expect(room.refusals).toEqual(['too-heavy'])
  })
})

/** Somebody's document, and the updates that came of it since. */
const deviceOf = (clientId: number, state: readonly Uint8Array[] = []) => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  for (const update of state) Y.applyUpdate(doc, update)
  const updates: Uint8Array[] = []
  doc.on('update', (update) => updates.push(update))
  return { doc, updates }
}
const idOf = (n: number) => `c${n}` as ContactId // fits the pattern of ids

const importInto = (doc: Y.Doc, contacts: number) => {
  let ids = 0
  doc.transact(() => {
    for (let n = 0; n < contacts; n++) {
      const emails = [{ label: 'work', value: `p${n}@example.com` }]
      const input = { name: `Person ${n}`, company: 'Acme', title: 'Dr', emails }
      createContact(doc, idOf(n), input, { now: n, newId: () => `e${++ids}` })
    }
  })
}

/** A place that looks random and is the same each time. */
const somewhere = (n: number, length: number) => (n * 7919) % (length + 1)

const HEAVY: [name: string, trials: number, play: (room: ReturnType<typeof playRoom>) => void][] = [
  [
    'an import of 5,000 contacts in one update',
    0,
    (room) => {
      const { doc, updates } = deviceOf(EVES)
      importInto(doc, 5_000)
      room.tell(EVE, ...updates)
    },
  ],
  [
    '10,000 edits of fields, made offline',
    0,
    (room) => {
      const { doc, updates } = deviceOf(EVES)
      importInto(doc, 500)
      for (let n = 0; n < 10_000; n++) setField(doc, idOf(n % 500), 'company', `Acme ${n}`)
      for (let at = 0; at < updates.length; at += 100) {
        room.tell(EVE, Y.mergeUpdates(updates.slice(at, at + 100)))
      }
    },
  ],
  [
    '1,000 fields that two people edited offline, each in the same contact',
    1,
    (room) => {
      const first = deviceOf(EVES)
      importInto(first.doc, 1_000)
      const both = [deviceOf(EVES + 1, first.updates), deviceOf(BOS, first.updates)]
      for (const { doc } of both) {
        for (let n = 0; n < 1_000; n++) setField(doc, idOf(n), 'company', `Acme ${doc.clientID}`)
      }
      room.tell(EVE, ...first.updates)
      room.tell(EVE, Y.mergeUpdates(both[0]?.updates ?? []))
      room.tell(BO, Y.mergeUpdates(both[1]?.updates ?? []))
    },
  ],
  [
    'a long text, letter by letter, with 2,000 jumps of the caret',
    6,
    (room) => {
      const { doc, updates } = deviceOf(EVES)
      const text = aboutText(doc, idOf(1))
      for (let jump = 0; jump < 2_000; jump++) {
        const at = somewhere(jump, text.length)
        for (let n = 0; n < 5; n++) text.insert(at + n, 'x')
        if (text.length > 50 && jump % 3 === 0) text.delete(somewhere(jump, text.length - 5), 4)
      }
      for (let at = 0; at < updates.length; at += 20) {
        room.tell(EVE, Y.mergeUpdates(updates.slice(at, at + 20)))
      }
    },
  ],
  [
    'a paste of 100 kB',
    0,
    (room) => {
      const { doc, updates } = deviceOf(EVES)
      aboutText(doc, idOf(1)).insert(0, 'hello')
      aboutText(doc, idOf(1)).insert(3, 'x'.repeat(100_000))
      room.tell(EVE, ...updates)
    },
  ],
  [
    '5,000 letters, each before all others',
    15,
    (room) => {
      const { doc, updates } = deviceOf(EVES)
      for (let n = 0; n < 5_000; n++) aboutText(doc, idOf(1)).insert(0, 'x')
      for (let at = 0; at < updates.length; at += 10) {
        room.tell(EVE, Y.mergeUpdates(updates.slice(at, at + 10)))
      }
    },
  ],
]

describe('honest work that is heavy', { timeout: 180_000 }, () => {
  test.each(HEAVY)('[A5] %s is taken, with at most %i trials', (_name, trials, play) => {
    const room = playRoom()
    room.join(EVE, 'eve', EVES)
    room.join(BO, 'bo', BOS)
    room.settle()
    play(room)
    expect(room.refusals).toEqual([])
    expect(room.trials()).toBeLessThanOrEqual(trials)
    expect(room.rows.length).toBeGreaterThan(0)
  })
})
