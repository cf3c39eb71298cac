import { MAX_AUTHOR_STEPS } from 'kith-shared'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Weight } from '../../../server/core/admission/weight.js'
import type { Ranges } from '../../../server/core/ranges.js'
import type { ForgedUpdate } from '../../harness/forge.js'
import {
  ABOUT,
  ANA,
  BO,
  begin,
  bo,
  byBo,
  end,
  index,
  letters,
  over,
  take,
  value,
  weighed,
} from './weigh-room.js'

const listOf = (ranges: Ranges): [number, number][] => {
  const list: [number, number][] = []
  ranges.each((start, end) => list.push([start, end]))
  return list
}

interface Told {
  steps: number
  /** By root: pieces, units and rivals added. */
  sizes: Record<string, [pieces: number, units: number, rivals: number]>
  /** By client: structs added, cuts included. */
  structs: Record<number, number>
  followed: Record<number, [start: number, end: number][]>
  texts: string[]
}

const told = (weight: Weight): Told => ({
  steps: weight.steps,
  sizes: Object.fromEntries(
    Array.from(weight.sizes, ([root, { pieces, units, rivals }]) => [
      root,
      [pieces, units, rivals],
    ]),
  ),
  structs: Object.fromEntries(weight.structs),
  followed: Object.fromEntries(Array.from(weight.followed, ([id, of]) => [id, listOf(of)])),
  texts: weight.texts,
})

beforeEach(begin)

const CHARGES: [name: string, update: ForgedUpdate, told: Told][] = [
  [
    'letters behind another’s pay for the rivals that are known',
    byBo(letters('xy', { origin: end })),
    {
      steps: 10,
      sizes: { [ABOUT]: [1, 2, 0] },
      structs: { [BO]: 1 },
      followed: { [ANA]: [[4, 5]], [BO]: [[0, 1]] },
      texts: [ABOUT],
    },
  ],
  [
    'letters that go on with one’s own pay nothing',
    byBo(letters('x', { origin: end }), letters('y', { origin: [BO, 0] })),
    {
      steps: 10,
      sizes: { [ABOUT]: [2, 2, 0] },
      structs: { [BO]: 2 },
      followed: { [ANA]: [[4, 5]], [BO]: [[0, 1]] },
      texts: [ABOUT],
    },
  ],
  [
    'letters that go on with one’s own of an earlier clock pay',
    byBo(letters('x', { origin: end }), value('c1/x'), letters('y', { origin: [BO, 0] })),
    {
      steps: 27,
      sizes: { [ABOUT]: [2, 2, 0], fields: [1, 0, 0] },
      structs: { [BO]: 3 },
      followed: { [ANA]: [[4, 5]], [BO]: [[0, 1]] },
      texts: [ABOUT],
    },
  ],
  [
    'another’s clock is not one’s own, though it be the one before',
    byBo(letters('01234', { root: 'about/c2' }), letters('x', { origin: end })),
    {
      steps: 10,
      sizes: { 'about/c2': [1, 5, 0], [ABOUT]: [1, 1, 0] },
      structs: { [BO]: 2 },
      followed: { [ANA]: [[4, 5]], [BO]: [[0, 4]] },
      texts: ['about/c2', ABOUT],
    },
  ],
  [
    'of three behind one letter, two pay for the root, and the third for the second',
    byBo(...'abc'.split('').map((text) => letters(text, { origin: end }))),
    {
      steps: 10 + (10 + 101) + (1 + 10 + 103),
      sizes: { [ABOUT]: [5, 3, 2] },
      structs: { [ANA]: 2, [BO]: 3 },
      followed: { [ANA]: [[4, 5]] },
      texts: [ABOUT],
    },
  ],
  [
    'letters at the head, before what is there, cut that and nobody else',
    byBo(letters('x', { right: [ANA, 0] })),
    {
      steps: 10 + 100,
      sizes: { [ABOUT]: [3, 1, 1] },
      structs: { [ANA]: 1, [BO]: 1 },
      followed: {},
      texts: [ABOUT],
    },
  ],
  [
    'two at the head of an empty text: the second pays for the first',
    byBo(letters('x', { root: 'about/c2' }), letters('y', { root: 'about/c2' })),
    {
      steps: 1,
      sizes: { 'about/c2': [3, 2, 1] },
      structs: { [BO]: 2 },
      followed: {},
      texts: ['about/c2'],
    },
  ],
  [
    'a letter within what the same update brings is cut in',
    byBo(letters('ab', { origin: end }), letters('c', { origin: [BO, 0] })),
    {
      steps: 10 + (10 + 101),
      sizes: { [ABOUT]: [3, 3, 1] },
      structs: { [BO]: 3 },
      followed: { [ANA]: [[4, 5]], [BO]: [[0, 1]] },
      texts: [ABOUT],
    },
  ],
  [
    'a value overwritten again pays for its root, and cuts nothing',
    byBo(over([ANA, 5])),
    {
      steps: 7 + 20,
      sizes: { fields: [1, 0, 1] },
      structs: { [BO]: 1 },
      followed: { [ANA]: [[5, 6]] },
      texts: [],
    },
  ],
  [
    'letters that come deleted are a piece, and no units',
    byBo({ kind: 1, length: 3, origin: end }),
    {
      steps: 10,
      sizes: { [ABOUT]: [1, 0, 0] },
      structs: { [BO]: 1 },
      followed: { [ANA]: [[4, 5]], [BO]: [[0, 2]] },
      texts: [ABOUT],
    },
  ],
  [
    'a deletion in a text cuts at both ends, and does not make it grow',
    { deletes: [{ client: ANA, ranges: [[1, 2]] }] },
    {
      steps: 2 * 10,
      sizes: { [ABOUT]: [2, 0, 0] },
      structs: { [ANA]: 2 },
      followed: {},
      texts: [],
    },
  ],
  [
    'a deletion pays for the rivals that come with it, too',
    {
      ...byBo(letters('a', { origin: end }), letters('b', { origin: end })),
      deletes: [{ client: ANA, ranges: [[1, 2]] }],
    },
    {
      steps: 10 + (10 + 101) + 2 * (10 + 1),
      sizes: { [ABOUT]: [5, 2, 1] },
      structs: { [ANA]: 3, [BO]: 2 },
      followed: { [ANA]: [[4, 5]] },
      texts: [ABOUT],
    },
  ],
  [
    'a deletion in a map cuts nothing',
    { deletes: [{ client: ANA, ranges: [[6, 1]] }] },
    { steps: 0, sizes: { fields: [0, 0, 0] }, structs: {}, followed: {}, texts: [] },
  ],
  [
    'a value before another, which names no key, counts as one of the key without a name',
    byBo(value(''), { kind: 8, right: [ANA, 6] }),
    {
      steps: 7 + (7 + 20 + 1),
      sizes: { fields: [3, 0, 1] },
      structs: { [ANA]: 1, [BO]: 2 },
      followed: {},
      texts: [],
    },
  ],
]

describe('what an update is charged, and adds to what is known', () => {
  test.each(CHARGES)('[A5] %s', (_name, update, expected) => {
    expect(told(weighed(update))).toEqual(expected)
  })

  test('[A5] of a struct that is known in part, the rest goes on with its own', () => {
    take(bo, byBo(letters('abc', { root: 'about/c2' })))
    index.grow('about/c2', { pieces: 50, units: 0, rivals: 5 })
    expect(told(weighed(byBo(letters('abcde', { root: 'about/c2' }))))).toEqual({
      steps: 0,
      sizes: { 'about/c2': [1, 2, 0] },
      structs: { [BO]: 1 },
      followed: { [BO]: [[2, 4]] },
      texts: ['about/c2'],
    })
  })

  test.each([
    [511, 110],
    [512, 111],
    [1023, 111],
    [1024, 112],
  ])('[A5] a cut among %i structs of a client makes %i steps', (structs, steps) => {
    index.addStructs(ANA, structs - 4)
    expect(weighed(byBo(letters('x', { right: [ANA, 0] }))).steps).toBe(steps)
  })

  test('[A5] a key is known by the FNV-1a hash of its root and itself', () => {
    let hash = 0x811c9dc5n
    for (const byte of Buffer.from('fields\0c1/x')) {
      hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn
    }
    const { keys } = weighed(byBo(value('c1/x')))
    expect([...keys].map((key) => BigInt(key >>> 0))).toEqual([hash])
  })

  test.each([
    [MAX_AUTHOR_STEPS / 2, 7],
    [MAX_AUTHOR_STEPS / 2 + 1, 7 + 20],
  ])('[A5] a new key of an author with %i steps measured costs %i', (measured, steps) => {
    index.weights.measuredAll(new Map([[bo, measured]]))
    expect(weighed(byBo(value('c1/x'))).steps).toBe(steps)
  })
})
