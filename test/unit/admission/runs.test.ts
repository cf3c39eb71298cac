import { beforeEach, describe, expect, test } from 'vitest'
import { type ForgedStruct, type ForgedUpdate, field, letters } from '../../harness/forge.js'
import { ANA, ana, EVE, EVE_TOO, eve, Gate } from './gate.js'

type Id = [client: number, clock: number]

const at = (origin: Id | undefined, right?: Id, text = 'x'): ForgedStruct => ({
  kind: 4,
  origin,
  right,
  text,
})
const byEve = (...structs: ForgedStruct[]): ForgedUpdate => ({ blocks: [{ client: EVE, structs }] })
const goingOn = (clock: number, ...structs: ForgedStruct[]): ForgedUpdate => ({
  blocks: [{ client: EVE, clock, structs }],
})

let gate: Gate
beforeEach(() => {
  gate = new Gate()
  expect(gate.say(ana, { blocks: [{ client: ANA, structs: [letters('hello')] }] })).toBe('accepted')
})
/** Where each begins. */
const runs = (client: number): number[] => {
  const starts: number[] = []
  gate.index.clients.get(client)?.runs.each((start) => starts.push(start))
  return starts
}

describe('a letter between two of one run, turned round', () => {
  const RUN = [letters('abc'), at([EVE, 2], undefined, 'def')]
  test.each<[string, Id, Id, string]>([
    ['from the last letter to the first', [EVE, 5], [EVE, 0], 'circular'],
    ['from the last letter of a struct to its first', [EVE, 2], [EVE, 0], 'circular'],
    ['over the border of two structs', [EVE, 3], [EVE, 2], 'circular'],
    ['at one letter', [EVE, 4], [EVE, 4], 'circular'],
    ['in order', [EVE, 2], [EVE, 3], 'accepted'],
  ])('[A4] %s, within an update and across two', (_name, origin, right, verdict) => {
    expect(gate.say(eve, byEve(...RUN, at(origin, right)))).toBe(verdict)
    const other = new Gate()
    expect(other.say(eve, byEve(...RUN))).toBe('accepted')
    expect(other.say(eve, goingOn(6, at(origin, right)))).toBe(verdict)
    const third = new Gate()
    expect(third.say(eve, byEve(letters('abc')))).toBe('accepted')
    expect(third.say(eve, goingOn(3, at([EVE, 2], undefined, 'def'), at(origin, right)))).toBe(
      verdict,
    )
  })

  test('[A4] letters behind another client’s begin a run, whatever clock that one has', () => {
    // EVE's third letter follows ANA's second, whose clock is just before it.
    const behindAnas = [letters('ab'), at([ANA, 1]), at([EVE, 2], [EVE, 1])]
    expect(gate.say(eve, byEve(...behindAnas))).toBe('accepted')
    expect(runs(EVE)).toEqual([0, 2])
  })

  test('[A4] what follows the first new letter is of its run, and not of the known one', () => {
    expect(gate.say(eve, byEve(letters('ab')))).toBe('accepted')
    const update = goingOn(2, at([ANA, 4]), at([EVE, 2]), at([EVE, 3], [EVE, 1]))
    expect(gate.say(eve, update)).toBe('accepted')
    expect(runs(EVE)).toEqual([0, 2])
  })

  test('[A4] letters that go back within their own text begin a run', () => {
    expect(gate.say(eve, byEve(letters('abc'), at([EVE, 0])))).toBe('accepted')
    expect(runs(EVE)).toEqual([0, 3])
  })

  test('[A4] a run that begins in the midst of an update ends no earlier', () => {
    const structs = [letters('ab'), at([ANA, 4], undefined, 'abc')]
    expect(gate.say(eve, byEve(...structs, at([EVE, 4], [EVE, 2])))).toBe('circular')
    expect(gate.say(eve, byEve(...structs, at([EVE, 4], [EVE, 1])))).toBe('accepted')
  })

  test('[A2] a block that is known to its end, or further, adds nothing beside a new one', () => {
    expect(gate.say(eve, { blocks: [{ client: ANA, structs: [letters('hello')] }] })).toBe('known')
    for (const text of ['hello', 'hell']) {
      const fresh = { client: EVE, clock: text === 'hello' ? 0 : 1, structs: [letters('x')] }
      const blocks = [fresh, { client: ANA, structs: [letters(text)] }]
      expect(gate.say(eve, { blocks })).toBe('accepted')
      expect(runs(ANA)).toEqual([0])
      expect(gate.index.clock(ANA)).toBe(5)
    }
  })

  test('[A4] the rest of a struct that is known in part goes on with its run', () => {
    expect(gate.say(eve, byEve(letters('ab')))).toBe('accepted')
    expect(gate.say(eve, byEve(letters('abcd')))).toBe('accepted')
    expect(runs(EVE)).toEqual([0])
    expect(gate.say(eve, goingOn(4, at([EVE, 3], [EVE, 0])))).toBe('circular')
  })
})

test('[A4] entries of one map are one run, whatever they follow, until the root changes', () => {
  const structs = [
    field('c1/a'),
    field('c1/b'),
    letters('ab'),
    field('c1/c'),
    { kind: 8, origin: [EVE, 0] as Id },
  ]
  expect(gate.say(eve, byEve(...structs))).toBe('accepted')
  expect(runs(EVE)).toEqual([0, 2, 4])
  expect(gate.say(eve, goingOn(6, field('c1/d')))).toBe('accepted')
  expect(runs(EVE)).toEqual([0, 2, 4])
})

describe('waits', () => {
  const twoBlocks = (first: ForgedStruct[], second: ForgedStruct[]): ForgedUpdate => ({
    blocks: [
      { client: EVE_TOO, structs: first },
      { client: EVE, structs: second },
    ],
  })

  test('[A3] a block waits for the last clock of another, and finds none behind it', () => {
    expect(gate.say(eve, twoBlocks([at([EVE, 3])], [letters('abc')]))).toBe('gap')
    expect(gate.say(eve, twoBlocks([at([EVE, 2])], [letters('abc')]))).toBe('accepted')
    expect(gate.index.clients.get(EVE_TOO)?.rootAt(0)).toBe('about/c1')
  })

  test('[A3] a struct cannot wait for itself, nor for the clock behind its block', () => {
    expect(gate.say(eve, byEve(at([EVE, 0])))).toBe('circular')
    expect(gate.say(eve, byEve(at([EVE, 1])))).toBe('gap')
    expect(gate.say(eve, byEve(letters('a'), at([EVE, 2]), letters('b')))).toBe('circular')
  })

  test('[A3] two blocks may wait for each other in turn, and not in a circle', () => {
    const inTurn = twoBlocks(
      [letters('a'), at([EVE, 0])],
      [at([EVE_TOO, 0]), at([EVE_TOO, 1]), at([EVE, 1])],
    )
    expect(gate.say(eve, inTurn)).toBe('accepted')
    const other = new Gate()
    expect(other.say(eve, twoBlocks([at([EVE, 0])], [at([EVE_TOO, 0])]))).toBe('circular')
  })
})

describe('letters behind one of the same update', () => {
  const charged = (origin: Id, right?: Id): number => {
    const fresh = new Gate()
    expect(fresh.say(eve, byEve(letters('hello'), at(origin, right)))).toBe('accepted')
    return fresh.index.weights.total(eve)
  }

  test('[A5] weigh nothing at the end of its struct, and are charged within', () => {
    expect(charged([EVE, 4])).toBe(0)
    expect(charged([EVE, 3], [EVE, 4])).toBe(1)
    expect(charged([EVE, 0], [EVE, 1])).toBe(1)
  })

  test('[A5] are judged by the struct that holds their origin', () => {
    const structs = [letters('hello'), at([EVE, 4], undefined, 'you')]
    expect(gate.say(eve, byEve(...structs, at([EVE, 7])))).toBe('accepted')
    const before = gate.index.weights.total(eve)
    expect(
      gate.say(eve, goingOn(9, at([EVE, 8], undefined, 'all'), at([EVE, 10], [EVE, 11]))),
    ).toBe('accepted')
    expect(gate.index.weights.total(eve)).toBeGreaterThan(before)
  })
})
