import { UPDATE_LIMITS, UpdateScanner, type UserId } from 'kith-shared'
import { beforeEach, describe, expect, test } from 'vitest'
import { admit, type UpdateMessage, type Verdict } from '../../../server/core/admission/admit.js'
import { MAX_FRESH_DELETES } from '../../../server/core/admission/deletes.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { carry } from '../../../server/core/room-state.js'
import {
  contact,
  type ForgedStruct,
  type ForgedUpdate,
  field,
  forge,
  letters,
} from '../../harness/forge.js'
import { attackedRow, POISON } from '../../harness/poison.js'

const ana = 'ana' as UserId
const eve = 'eve' as UserId
const ANA = 10
const EVE = 66
/** Bound to Ana, who has written nothing under it that the server knows. */
const ANAS_OTHER = 11

const scanner = new UpdateScanner()
let index: RoomIndex

const judge = (
  user: UserId,
  bytes: Uint8Array,
  role: 'editor' | 'viewer' = 'editor',
  message: UpdateMessage = 'update',
): Verdict => {
  const scan = scanner.scan(bytes)
  if (!scan.ok) return { verdict: 'refused', refusal: scan.refusal }
  const draft = new IndexDraft(index)
  const verdict = admit(draft, { userId: user, role }, message, bytes, scan.update)
  if (verdict.verdict === 'accepted') draft.fold()
  return verdict
}

const byEve = (
  ...structs: NonNullable<ForgedUpdate['blocks']>[number]['structs']
): ForgedUpdate => ({
  blocks: [{ client: EVE, structs }],
})

beforeEach(() => {
  index = new RoomIndex()
  index.owners.set(ANAS_OTHER, ana)
  expect(judge(ana, attackedRow(ANA)).verdict).toBe('accepted')
})

describe('poison', () => {
  test.each(POISON.map(({ rule, name, refusal, build }) => [rule, name, refusal, build] as const))(
    '[%s] %s is refused, and leaves no trace',
    (_rule, _name, refusal, build) => {
      const before = structuredClone([...index.clients].map(([id, { clock }]) => [id, clock]))
      const bytes = build({ written: ANA, unsent: ANAS_OTHER, own: EVE })
      expect(judge(eve, bytes)).toEqual({ verdict: 'refused', refusal })
      expect([...index.clients].map(([id, { clock }]) => [id, clock])).toEqual(before)
      expect(index.owners.get(EVE)).toBeUndefined()
    },
  )

  test('[A1] bytes left over are refused, a thousand of them or one', () => {
    const bytes = forge(byEve(field('c1/x')))
    for (const extra of [1, 1000]) {
      const padded = new Uint8Array(bytes.length + extra)
      padded.set(bytes)
      expect(judge(eve, padded)).toEqual({ verdict: 'refused', refusal: 'broken' })
    }
  })

  test('[A4] a SyncStep2 loses what it deletes of creations, and keeps the rest', () => {
    const structs = [field('c1/x', 'new')]
    const deletes = [{ client: ANA, ranges: [[0, 3]] as [number, number][] }]
    const bytes = forge({ blocks: [{ client: EVE, structs }], deletes })
    expect(judge(eve, bytes)).toEqual({ verdict: 'refused', refusal: 'written-once' })
    const verdict = judge(eve, bytes, 'editor', 'sync-step-2')
    const kept = forge({
      blocks: [{ client: EVE, structs }],
      deletes: [
        {
          client: ANA,
          ranges: [
            [1, 1],
            [2, 1],
          ],
        },
      ],
    })
    expect(verdict).toEqual({ verdict: 'accepted', update: kept })
  })

  test('[A1] more structs than one update may hold are refused, however few bytes they take', () => {
    const structs = Array.from({ length: UPDATE_LIMITS.structs + 1 }, () => letters('x'))
    expect(judge(eve, forge({ blocks: [{ client: EVE, structs }] }))).toEqual({
      verdict: 'refused',
      refusal: 'too-heavy',
    })
  })

  test('[A5] more delete ranges than one update may add are refused; known ones are no weight', () => {
    const letters = forge(byEve({ kind: 4, root: 'about/c1', text: 'x'.repeat(400_000) }))
    expect(judge(eve, letters).verdict).toBe('accepted')
    const deletes = (count: number, length = 1): Uint8Array => {
      const ranges = Array.from({ length: count }, (_, n): [number, number] => [n * 2, length])
      return forge({ deletes: [{ client: EVE, ranges }] })
    }
    const tooMany = deletes(MAX_FRESH_DELETES + 1)
    expect(judge(eve, tooMany)).toEqual({ verdict: 'refused', refusal: 'too-heavy' })
    expect(judge(eve, deletes(MAX_FRESH_DELETES)).verdict).not.toBe('refused')
    expect(judge(eve, deletes(1, 400_000)).verdict).toBe('accepted')
    expect(judge(eve, tooMany)).toEqual({ verdict: 'known' })
  })

  test('[A1] more roots than one update may name are refused', () => {
    const structs = Array.from({ length: UPDATE_LIMITS.roots + 1 }, (_, n) => ({
      ...letters('x'),
      root: `about/c${n}`,
    }))
    const update = (some: ForgedStruct[]) => forge({ blocks: [{ client: EVE, structs: some }] })
    expect(judge(eve, update(structs))).toEqual({ verdict: 'refused', refusal: 'too-heavy' })
    expect(judge(eve, update(structs.slice(1))).verdict).toBe('accepted')
  })

  test('[A1] more client ids than one update may write under are refused', () => {
    const blocks = Array.from({ length: UPDATE_LIMITS.clients + 1 }, (_, n) => ({
      client: 1_000_000 - n,
      structs: [field(`c${n}/x`)],
    }))
    expect(judge(eve, forge({ blocks }))).toEqual({ verdict: 'refused', refusal: 'too-heavy' })
    expect(judge(eve, forge({ blocks: blocks.slice(1) })).verdict).toBe('accepted')
  })

  test('what was committed loads, whatever today’s rules say of it', () => {
    const old = forge(byEve({ kind: 8, root: 'secrets', key: 'x' }, field('no slash')))
    expect(judge(eve, old).verdict).toBe('refused')
    const row = { update: old, author: { id: eve, name: 'Eve' } }
    expect(carry(index, row, scanner)).toBe(true)
    expect(index.clock(EVE)).toBe(2)
  })

  test('two people’s interleaved deletes by the hundred thousand fold in a moment', () => {
    const author = { id: eve, name: 'Eve' }
    const letters = forge(byEve({ kind: 4, root: 'about/c1', text: 'x'.repeat(400_000) }))
    expect(judge(eve, letters).verdict).toBe('accepted')
    for (let offset = 0; offset < 5; offset++) {
      const ranges = Array.from({ length: MAX_FRESH_DELETES }, (_, n): [number, number] => [
        n * 10 + offset * 2,
        1,
      ])
      const row = { update: forge({ deletes: [{ client: EVE, ranges }] }), author }
      expect(carry(index, row, scanner)).toBe(true)
    }
    expect(index.clients.get(EVE)?.deleted?.count).toBe(200_000)
  })

  test('[A1] every truncation of a valid update is refused', () => {
    const update = byEve(field('c1/x', { a: [1.5, true, null, 'é🙂'] }), letters('hello 🙂'))
    const bytes = forge({ ...update, deletes: [{ client: ANA, ranges: [[2, 2]] }] })
    for (let length = 0; length < bytes.length; length++) {
      expect(judge(eve, bytes.slice(0, length)).verdict, `${length} bytes`).toBe('refused')
    }
    expect(judge(eve, bytes).verdict).toBe('accepted')
  })

  test('[A1] text that is no UTF-8 is refused', () => {
    for (const bad of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      const bytes = forge(byEve({ kind: 4, root: 'about/c1', raw: [bad.length, ...bad] }))
      expect(judge(eve, bytes)).toEqual({ verdict: 'refused', refusal: 'broken' })
    }
  })

  test('[A6] a viewer’s new work is refused, and what is known already is not', () => {
    expect(judge(eve, forge(byEve(field('c1/x'))), 'viewer')).toEqual({
      verdict: 'refused',
      refusal: 'read-only',
    })
    const known = forge({ blocks: [{ client: ANA, structs: [contact('c1')] }] })
    expect(judge(eve, known, 'viewer').verdict).toBe('known')
  })

  test('[P4] the 13 bytes that erase a colleague’s offline work elsewhere erase nothing here', () => {
    const attack = forge({ deletes: [{ client: ANAS_OTHER, ranges: [[0, 2 ** 30]] }] })
    expect(attack.length).toBeLessThanOrEqual(13)
    expect(judge(eve, attack)).toEqual({ verdict: 'refused', refusal: 'gap' })
    const offline = forge({
      blocks: [{ client: ANAS_OTHER, structs: [field('c1/title', 'mine')] }],
    })
    expect(judge(ana, offline)).toEqual({ verdict: 'accepted', update: offline })
  })

  test('a repetition is known, and of an overlap only the new part is kept', () => {
    const first = forge(byEve(letters('abc')))
    const both = forge(byEve(letters('abc'), { kind: 4, origin: [EVE, 2], text: 'def' }))
    expect(judge(eve, first).verdict).toBe('accepted')
    expect(judge(eve, first).verdict).toBe('known')
    const verdict = judge(eve, both)
    if (verdict.verdict !== 'accepted') throw new Error(verdict.verdict)
    expect(verdict.update).toEqual(
      forge({
        blocks: [{ client: EVE, clock: 3, structs: [{ kind: 4, origin: [EVE, 2], text: 'def' }] }],
      }),
    )
  })
})
