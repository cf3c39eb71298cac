import { beforeEach, describe, expect, test } from 'vitest'
import {
  contact,
  type ForgedStruct,
  type ForgedUpdate,
  field,
  forge,
  letters,
} from '../../harness/forge.js'
import { ANA, ana, EVE, eve, Gate } from './gate.js'

type Cut = [clock: number, length: number]

const note = (key: string): ForgedStruct => ({ kind: 8, root: 'notes', key })
const byEve = (structs: ForgedStruct[], ranges: Cut[], clock = 0): ForgedUpdate => ({
  blocks: [{ client: EVE, clock, structs }],
  deletes: [{ client: EVE, ranges }],
})

let gate: Gate
beforeEach(() => {
  gate = new Gate()
})

describe('an update that deletes what it itself brings', () => {
  test.each([
    ['a contact', contact('c1')],
    ['a note', note('n1')],
  ])('[A4] is refused where that is the creation of %s', (_name, creation) => {
    expect(gate.say(eve, byEve([creation], [[0, 1]]))).toBe('written-once')
    expect(gate.say(eve, byEve([field('c1/x'), creation], [[0, 1]]))).toBe('accepted')
  })

  test('[A4] is refused for a creation anywhere in its range, and for none beside it', () => {
    const structs = [letters('ab'), contact('c1'), letters('cd')]
    for (const range of [
      [1, 2],
      [2, 1],
      [2, 2],
      [0, 5],
    ] as Cut[]) {
      expect(gate.say(eve, byEve(structs, [range])), String(range)).toBe('written-once')
    }
    expect(
      gate.say(
        eve,
        byEve(structs, [
          [0, 2],
          [3, 2],
        ]),
      ),
    ).toBe('accepted')
  })

  test('[A4] loses just the creations among its deletes where it is a SyncStep2', () => {
    const structs = [letters('abc'), contact('c1'), letters('de'), note('n1'), letters('fgh')]
    const sent = forge(byEve(structs, [[1, 8]]))
    expect(gate.judge(eve, sent, { message: 'sync-step-2' })).toEqual({
      verdict: 'accepted',
      notes: ['n1'],
      update: forge(
        byEve(structs, [
          [1, 2],
          [4, 2],
          [7, 2],
        ]),
      ),
    })
  })

  test('[A4] loses them too where its range begins in what is known', () => {
    const known: ForgedUpdate = { blocks: [{ client: EVE, structs: [letters('abc')] }] }
    expect(gate.say(eve, known)).toBe('accepted')
    const more: ForgedStruct[] = [{ kind: 4, origin: [EVE, 2], text: 'de' }, contact('c1')]
    const sent = forge(byEve([letters('abc'), ...more], [[1, 5]]))
    expect(gate.judge(eve, sent, { message: 'sync-step-2' })).toEqual({
      verdict: 'accepted',
      update: forge(
        byEve(
          more,
          [
            [1, 2],
            [3, 2],
          ],
          3,
        ),
      ),
    })
  })

  test.each([2, 3])('[A4] keeps its deletes of %s known letters as they are', (length) => {
    const known: ForgedUpdate = { blocks: [{ client: EVE, structs: [letters('abc')] }] }
    expect(gate.say(eve, known)).toBe('accepted')
    const ranges: Cut[] = [
      [0, length],
      [4, 1],
    ]
    const sent = forge(byEve([letters('abcd'), contact('c1')], ranges))
    const rest: ForgedStruct[] = [{ kind: 4, origin: [EVE, 2], text: 'd' }, contact('c1')]
    expect(gate.judge(eve, sent, { message: 'sync-step-2' })).toEqual({
      verdict: 'accepted',
      update: forge(byEve(rest, [[0, length]], 3)),
    })
  })

  test('[A3] a delete of the clock behind its last is refused', () => {
    expect(gate.say(eve, byEve([letters('abc')], [[0, 4]]))).toBe('gap')
    expect(gate.say(eve, byEve([letters('abc')], [[0, 3]]))).toBe('accepted')
    expect(gate.index.clients.get(EVE)?.deleted?.covers(0, 3)).toBe(true)
  })
})

describe('the row for the journal', () => {
  beforeEach(() => {
    const fields = ['a', 'b', 'c', 'd'].map((name) => field(`c1/${name}`))
    expect(gate.say(ana, { blocks: [{ client: ANA, structs: fields }] })).toBe('accepted')
  })

  const deleting = (...ranges: Cut[]): Uint8Array =>
    forge({
      blocks: [{ client: EVE, structs: [letters('abc')] }],
      deletes: [{ client: ANA, ranges }],
    })

  test('[A2] is the very bytes that came where all of them is new, deletes included', () => {
    const bytes = deleting([1, 1], [3, 1])
    const verdict = gate.judge(eve, bytes)
    if (verdict.verdict !== 'accepted') throw new Error(verdict.verdict)
    expect(verdict.update).toBe(bytes)
  })

  test('[A2] is the very bytes, whatever was read before them', () => {
    gate.judge(eve, deleting([0, 1], [3, 1]))
    const bytes = forge({ deletes: [{ client: ANA, ranges: [[1, 1]] }] })
    const verdict = gate.judge(eve, bytes)
    if (verdict.verdict !== 'accepted') throw new Error(verdict.verdict)
    expect(verdict.update).toBe(bytes)
  })

  test('[A2] lacks the deletes that are known', () => {
    expect(gate.say(ana, { deletes: [{ client: ANA, ranges: [[1, 1]] }] })).toBe('accepted')
    expect(gate.judge(eve, deleting([0, 3]))).toEqual({
      verdict: 'accepted',
      update: deleting([0, 1], [2, 1]),
    })
  })

  test('[A2] lacks the letters that are known, within a struct', () => {
    const typed = (text: string): ForgedUpdate => ({
      blocks: [{ client: EVE, structs: [letters(text)] }],
    })
    expect(gate.say(eve, typed('abc'))).toBe('accepted')
    const rest: ForgedStruct = { kind: 4, origin: [EVE, 2], text: 'd' }
    expect(gate.judge(eve, forge(typed('abcd')))).toEqual({
      verdict: 'accepted',
      update: forge({ blocks: [{ client: EVE, clock: 3, structs: [rest] }] }),
    })
  })

  test('[A3] what came deleted is known as deleted', () => {
    const gone: ForgedStruct = { kind: 1, root: 'about/c1', length: 3 }
    expect(gate.say(eve, { blocks: [{ client: EVE, structs: [letters('ab'), gone] }] })).toBe(
      'accepted',
    )
    const cut = (range: Cut): ForgedUpdate => ({ deletes: [{ client: EVE, ranges: [range] }] })
    expect(gate.say(eve, cut([2, 3]))).toBe('known')
    expect(gate.say(eve, cut([1, 4]))).toBe('accepted')
  })
})
