import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { move } from '../../../client/core/move.js'
import type { State } from '../../../client/core/road.js'
import { salvage } from '../../../server/core/salvage.js'
import { seededRandom } from '../../harness/seeded.js'
import { pick } from '../../harness/team.js'
import { Device, Journal } from './epochs-play.js'
import { docOf } from './rebase-play.js'

const { KITH_SEED } = process.env
const SEEDS = KITH_SEED ? [BigInt(KITH_SEED)] : Array.from({ length: 40 }, (_, n) => BigInt(n + 1))

type Edits = (docs: readonly Y.Doc[], rank: number) => void

/** The same edits in a world whose epochs end, and in one that knows none. */
class Worlds {
  readonly random: () => number
  readonly journals = [new Journal(), new Journal()] as const
  readonly devices: (readonly [Device, Device])[]
  readonly #edit: Edits

  constructor(random: () => number, teams: readonly number[], edit: Edits) {
    this.random = random
    this.#edit = edit
    this.devices = teams.map((tabs, rank) => [
      new Device(rank, tabs, this.journals[0]),
      new Device(rank, tabs, this.journals[1]),
    ])
  }

  /** By one tab of a device, in both worlds. */
  edit(rank: number): void {
    const devices = this.devices[rank] ?? []
    const tab = Math.floor(this.random() * (devices[0]?.tabs.length ?? 0))
    const docs = devices.flatMap(({ tabs }) => tabs[tab] ?? [])
    this.#edit(docs, rank)
  }

  each(rank: number, act: (device: Device) => void): void {
    for (const device of this.devices[rank] ?? []) act(device)
  }

  get docs(): [Y.Doc, Y.Doc] {
    return [docOf(this.journals[0].rows), docOf(this.journals[1].rows)]
  }
}

const meet = (device: Device): void => {
  device.receive()
  device.send()
}

interface Game {
  teams: readonly number[]
  /** By the first of them, before anybody leaves. */
  begin: (doc: Y.Doc) => void
  edit: Edits
}

/** People come and go; epochs end between, one of them for sure. At last all are back. */
const play = (random: () => number, { teams, begin, edit }: Game): Worlds => {
  const worlds = new Worlds(random, teams, edit)
  worlds.each(0, ({ tabs }) => tabs.slice(0, 1).map(begin))
  for (let n = 0; n < 2; n++) for (const at of teams.keys()) worlds.each(at, meet)
  const offline = new Set<number>()
  for (let n = 0; n < 90; n++) {
    const rank = Math.floor(random() * teams.length)
    const dice = random()
    if (dice < 0.7) worlds.edit(rank)
    else if (dice < 0.78) offline.add(rank)
    else if (dice < 0.84) offline.delete(rank)
    else if (dice < 0.9 || n === 50) worlds.journals[0].renew()
    else if (dice < 0.93) {
      // On its way when the connection was lost: it is committed, and nobody has told.
      const count = Math.floor(random() * 4)
      worlds.each(rank, (device) => {
        device.receive()
        device.send(count, 'lost')
      })
      offline.add(rank)
    }
    for (const at of teams.keys()) if (!offline.has(at)) worlds.each(at, meet)
  }
  for (let n = 0; n < 2; n++) for (const at of teams.keys()) worlds.each(at, meet)
  return worlds
}

const teamsOf = (seed: bigint): number[] => (seed % 2n === 0n ? [1, 1, 1] : [2, 1, 3])

const fieldsOf = (doc: Y.Doc): [string, unknown][] =>
  Object.entries(doc.getMap('fields').toJSON()).sort()

const NAMES = ['a', 'b'] as const
const textOf = (doc: Y.Doc, name: string): Y.Text => doc.getText(`about/${name}`)

const INSERTED = 4

describe('[E9] edits of epochs that are over', () => {
  test.each(SEEDS)('come letter by letter as if there had been one epoch (seed %s)', (seed) => {
    const random = seededRandom(seed)
    const teams = teamsOf(seed)
    let words = 0
    /** Everybody writes fields of their own, and between marks of their own in the same texts. */
    const edit: Edits = (docs, rank) => {
      const [dice, part, name, word] = [random(), random(), pick(random, NAMES), words++]
      for (const doc of docs) {
        const text = textOf(doc, name)
        const [from = 0, to = 0] = ['[', ']'].map((mark) => text.toString().indexOf(mark + rank))
        const at = from + 2 + Math.floor(part * (to - from - 1))
        if (dice > 0.7) doc.getMap('fields').set(`${name}/${rank}${Math.floor(part * 3)}`, word)
        else if (dice < 0.45) text.insert(at, `${word};`)
        else text.delete(at, Math.min(INSERTED, to - at))
      }
    }
    const begin = (doc: Y.Doc): void => {
      const marks = teams.map((_, rank) => `[${rank}${rank} was here]${rank}`)
      for (const name of NAMES) textOf(doc, name).insert(0, `Team: ${marks.join(' and ')}.`)
    }
    const [renewed, plain] = play(random, { teams, begin, edit }).docs
    for (const name of NAMES) {
      expect(textOf(renewed, name).toString()).toBe(textOf(plain, name).toString())
    }
    expect(fieldsOf(renewed)).toEqual(fieldsOf(plain))
  })

  test.each(SEEDS)('are each there once, in their order, whoever wins (seed %s)', (seed) => {
    const random = seededRandom(seed)
    const overwritten = new Set<unknown>()
    const behind: [string, string][] = []
    const deleted = new Set<string>()
    let words = 0
    /** All write where they like: words behind words, in the same texts and fields. */
    const edit: Edits = (docs) => {
      const [dice, part, name, word] = [random(), random(), pick(random, NAMES), `<${words++}>`]
      const key = `${name}/${Math.floor(part * 4)}`
      const [first = [], second = []] = docs.map((doc) => wordsIn(textOf(doc, name)))
      // What was sent when an answer was lost differs: one world may have told less of it so far.
      const known = first.filter((one) => second.includes(one))
      const place = known[Math.floor(part * known.length)]
      if (dice < 0.6 && place !== undefined) behind.push([place, word])
      if (dice >= 0.6 && dice < 0.7 && place !== undefined) deleted.add(place)
      for (const doc of docs) {
        const text = textOf(doc, name)
        const at = place === undefined ? 0 : text.toString().indexOf(place)
        if (dice < 0.6) text.insert(at + (place?.length ?? 0), word)
        else if (dice < 0.7) text.delete(at, place?.length ?? 0)
        else {
          overwritten.add(doc.getMap('fields').get(key))
          doc.getMap('fields').set(key, word)
        }
      }
      if (dice < 0.6) typed.add(word)
    }
    const typed = new Set<string>(['<start>'])
    const begin = (doc: Y.Doc): void => textOf(doc, 'a').insert(0, '<start>')
    const worlds = play(random, { teams: teamsOf(seed), begin, edit })
    for (const doc of worlds.docs) {
      const texts = NAMES.map((name) => wordsIn(textOf(doc, name)))
      const alive = [...typed].filter((word) => !deleted.has(word))
      expect(texts.flat().sort()).toEqual(alive.sort())
      for (const [left, right] of behind) {
        const text = texts.find((words) => words.includes(left) && words.includes(right))
        if (text) expect(text.indexOf(left)).toBeLessThan(text.indexOf(right))
      }
      for (const [, value] of fieldsOf(doc)) expect(overwritten.has(value)).toBe(false)
    }
    expect(fieldsOf(worlds.docs[0]).map(([key]) => key)).toEqual(
      fieldsOf(worlds.docs[1]).map(([key]) => key),
    )
  })
})

const wordsIn = (text: Y.Text): string[] => {
  const letters = text.toString()
  const words = letters.match(/<[^<>]+>/g) ?? []
  // Nothing is torn.
  expect(words.join('')).toBe(letters)
  return words
}

test('[E9, K3] behind letters that damage took, unsent ones come to their place', () => {
  const doc = new Y.Doc()
  doc.clientID = 7
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const text = doc.getText('about/c')
  text.insert(0, 'one')
  text.insert(3, ' lost')
  doc.getMap('fields').set('c/company', 'Acme')
  const known = Y.encodeStateAsUpdate(doc)
  text.insert(8, ' two')
  const [first, , third, unsent] = updates
  if (!first || !third || !unsent) throw new Error('no updates')
  const rows = [
    { seq: 1, update: first },
    { seq: 3, update: third },
  ]
  const made = salvage({ document: undefined, rows, earlier: undefined, clientId: 9 })
  if (!made) throw new Error('nothing is left')
  const [closing, opening] = [made.closing.document, made.opening.document].map(
    (update, at): State => ({ epoch: 1 + at, seq: 3, update }),
  )
  if (!closing || !opening) throw new Error('no states')
  const edit = { id: 'e', owner: 7, clientId: 7, update: unsent, epoch: 1, touches: [] }
  const moved = move({
    steps: [{ closing, opening }],
    edits: [{ edit, fate: 'moved' }],
    pairs: [],
    early: [],
    committed: { epoch: 1, updates: [known] },
    clientId: 11,
  }).get('e')
  if (!moved?.update) throw new Error('it did not move')
  expect(moved.aside).toBeUndefined()
  expect(docOf([opening.update, moved.update]).getText('about/c').toString()).toBe('one two')
})
