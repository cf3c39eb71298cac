import { MAX_AUTHOR_STEPS } from 'kith-shared'
import { beforeEach, describe, expect, test } from 'vitest'
import { replay } from '../../../server/core/admission/admit.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import {
  contact,
  type ForgedStruct,
  type ForgedUpdate,
  field,
  forge,
  letters,
} from '../../harness/forge.js'
import { ANA, ana, EVE, eve, Gate } from './gate.js'

const byEve = (...structs: ForgedStruct[]): ForgedUpdate => ({ blocks: [{ client: EVE, structs }] })

let gate: Gate
beforeEach(() => {
  gate = new Gate()
})

describe('a stored row', () => {
  const follows = (update: ForgedUpdate): boolean =>
    replay(new IndexDraft(gate.index), eve, gate.scan(forge(update)))

  test('[P6] is taken where it follows from what is known', () => {
    expect(follows(byEve(letters('abc')))).toBe(true)
    expect(follows({ ...byEve(contact('c1')), deletes: [{ client: EVE, ranges: [[0, 1]] }] })).toBe(
      true,
    )
  })

  test('[P6] is damaged where its clocks leave a gap', () => {
    const structs = [letters('abc')]
    expect(follows({ blocks: [{ client: EVE, clock: 1, structs }] })).toBe(false)
  })

  test('[P6] is damaged where an origin is not known, or waits for itself', () => {
    expect(follows(byEve({ kind: 4, origin: [ANA, 0], text: 'x' }))).toBe(false)
    expect(follows(byEve({ kind: 4, origin: [EVE, 0], text: 'x' }))).toBe(false)
  })

  test('[P6] is damaged where it deletes what is not known', () => {
    expect(follows({ deletes: [{ client: ANA, ranges: [[0, 1]] }] })).toBe(false)
    expect(
      follows({ ...byEve(letters('abc')), deletes: [{ client: EVE, ranges: [[0, 4]] }] }),
    ).toBe(false)
  })
})

describe('what else is judged of an update', () => {
  test('[A6] where the workspace is full, what adds is refused, and what deletes is not', () => {
    expect(gate.say(eve, byEve(letters('abc')))).toBe('accepted')
    const more: ForgedUpdate = {
      blocks: [{ client: EVE, clock: 3, structs: [letters('d')] }],
    }
    expect(gate.say(eve, more, { mayAdd: false })).toBe('quota')
    expect(gate.say(eve, byEve(letters('abc')), { mayAdd: false })).toBe('known')
    const cut: ForgedUpdate = { deletes: [{ client: EVE, ranges: [[1, 1]] }] }
    expect(gate.say(eve, cut, { mayAdd: false })).toBe('accepted')
    expect(gate.say(eve, more)).toBe('accepted')
  })

  test('[A5] an author past their budget needs a trial, and none for what a trial has counted', () => {
    expect(gate.say(eve, byEve(letters('abc')))).toBe('accepted')
    gate.index.weights.charge(eve, MAX_AUTHOR_STEPS)
    const between: ForgedUpdate = {
      blocks: [
        { client: EVE, clock: 3, structs: [{ kind: 4, origin: [EVE, 0], right: [EVE, 1] }] },
      ],
    }
    expect(gate.judge(eve, forge(between))).toEqual({ verdict: 'trial', texts: ['about/c1'] })
    expect(gate.say(eve, between, { weighing: 'tried' })).toBe('accepted')
    expect(gate.index.weights.total(eve)).toBe(MAX_AUTHOR_STEPS)
  })

  test('[A3] what deletes another’s work of the same batch is judged again behind it', () => {
    const draft = new IndexDraft(gate.index)
    const anas: ForgedUpdate = {
      blocks: [{ client: ANA, structs: [field('c1/a'), field('c1/b')] }],
    }
    expect(gate.say(ana, anas, { draft })).toBe('accepted')
    for (const range of [
      [0, 1],
      [1, 1],
      [0, 2],
    ] as [number, number][]) {
      const cut: ForgedUpdate = { deletes: [{ client: ANA, ranges: [range] }] }
      expect(gate.say(eve, cut, { draft })).toBe('later')
    }
    draft.fold()
    expect(gate.say(eve, { deletes: [{ client: ANA, ranges: [[0, 2]] }] })).toBe('accepted')
  })
})

describe('places', () => {
  const deleted = (root: string, key: string, length = 1): ForgedStruct => ({
    kind: 1,
    root,
    key,
    length,
  })

  test.each<[string, ForgedStruct, string]>([
    ['an id, a slash and a letter', field('a/b'), 'accepted'],
    ['an id, a slash and a path', field('a/emails/1'), 'accepted'],
    ['no field behind the slash', field('a/'), 'misplaced'],
    ['no id before it', field('/a'), 'misplaced'],
    ['no slash', field('a'), 'misplaced'],
    ['no id and no field', field('/'), 'misplaced'],
    ['what came deleted, two at once', deleted('fields', 'a/b', 2), 'accepted'],
    ['two values at once', { ...field('a/b'), values: [1, 2] }, 'misplaced'],
    ['letters', { kind: 4, root: 'fields', key: 'a/b', text: 'x' }, 'misplaced'],
  ])('[A4] a field with %s', (_name, struct, verdict) => {
    expect(gate.say(eve, byEve(struct))).toBe(verdict)
  })

  test.each(['contacts', 'notes'])('[A4] a creation in %s has no origin, and is there', (root) => {
    const creation: ForgedStruct = { kind: 8, root, key: 'k1' }
    expect(gate.say(eve, byEve(creation, { kind: 8, origin: [EVE, 0] }))).toBe('written-once')
    expect(gate.say(eve, byEve(deleted(root, 'k1')))).toBe('written-once')
    expect(gate.say(eve, byEve(creation, { kind: 8, right: [EVE, 0] }))).toBe('misplaced')
    expect(gate.say(eve, byEve({ ...creation, key: 'k/1' }))).toBe('misplaced')
    expect(gate.say(eve, byEve(creation))).toBe('accepted')
  })
})
