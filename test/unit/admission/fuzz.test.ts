import fc from 'fast-check'
import type { UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { FUZZ_TIMEOUT, fuzz } from '../../harness/fuzzing.js'
import {
  contentsOf,
  expectWhole,
  Gate,
  neighboursIn,
  unorderedContentsOf,
} from '../../harness/gate.js'
import { attackedRow } from '../../harness/poison.js'
import { seededRandom } from '../../harness/seeded.js'
import { editIfThere } from '../../harness/team.js'
import { buildUpdate, byteEdits, editBytes, updatePlan } from '../../harness/update-grammar.js'

const ana = 'ana' as UserId
const [WRITTEN, UNSENT] = [10, 11]

/** One hostile message: built of the grammar, or an honest edit; as it is, or with changed bytes. */
const attack = fc.record({
  user: fc.constantFrom('eve', 'eve', 'eve', 'bo') as fc.Arbitrary<UserId>,
  role: fc.constantFrom('editor', 'editor', 'editor', 'editor', 'editor', 'viewer'),
  message: fc.constantFrom('update', 'update', 'sync-step-2'),
  source: fc.oneof(
    { weight: 3, arbitrary: fc.record({ plan: updatePlan }) },
    { weight: 1, arbitrary: fc.record({ seed: fc.nat(), clientId: fc.constantFrom(66, 67, 70) }) },
  ),
  edits: fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: byteEdits },
  ),
})

type Attack = typeof attack extends fc.Arbitrary<infer T> ? T : never

/** What an honest replica with that client id would send now. */
const honest = (gate: Gate, clientId: number, seed: number): Uint8Array => {
  const random = seededRandom(BigInt(seed))
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(gate.doc))
  doc.clientID = clientId
  const before = Y.encodeStateVector(doc)
  for (let edits = 0; edits < 2; edits++) editIfThere(doc, random, seed)
  return Y.encodeStateAsUpdate(doc, before)
}

const bytesOf = (gate: Gate, isWild: boolean, { source, edits }: Attack): Uint8Array => {
  const neighbours = (root: string, n: number) => neighboursIn(gate.doc, root, n)
  const bytes =
    'plan' in source
      ? buildUpdate(source.plan, gate.index, isWild ? undefined : neighbours)
      : honest(gate, source.clientId, source.seed)
  return edits && isWild ? editBytes(bytes, edits) : bytes
}

/** Ana's other device: it has seen what she sent, and writes offline under an id of its own. */
const offline = (gate: Gate): { doc: Y.Doc; update: Uint8Array } => {
  const doc = new Y.Doc()
  doc.clientID = UNSENT
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(gate.doc))
  const before = Y.encodeStateVector(doc)
  doc.getText('about/c1').insert(5, ' from Ana')
  doc.getText('about/c1').delete(1, 2)
  doc.getMap('fields').set('c1/name', 'Ana, offline')
  doc.getMap('contacts').set('c9', { name: 'new' })
  return { doc, update: Y.encodeStateAsUpdate(doc, before) }
}

const verdicts = new Map<string, number>()

/**
 * Wild histories name any letters as neighbours, and change bytes; the others keep to letters that
 * stand side by side, and there every replica has the same order too.
 */
interface History {
  isWild: boolean
  attacks: readonly Attack[]
}

const history: fc.Arbitrary<History> = fc.record({
  isWild: fc.boolean(),
  attacks: fc.array(attack, { minLength: 1, maxLength: 40, size: 'max' }),
})

const play = ({ isWild, attacks }: History): number => {
  const contents = isWild ? unorderedContentsOf : contentsOf
  const gate = new Gate()
  gate.bind(UNSENT, ana)
  gate.send({ userId: ana, role: 'editor' }, 'update', attackedRow(WRITTEN))
  const anas = offline(gate)
  for (const each of attacks) {
    const { user: userId, role, message } = each
    const rows = gate.rows.length
    const verdict = gate.send({ userId, role }, message, bytesOf(gate, isWild, each))
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
    if (verdict === 'accepted' && role === 'viewer') throw new Error('a viewer wrote')
    const written = gate.rows.slice(rows)
    if (written.length !== (verdict === 'accepted' ? 1 : 0)) throw new Error('rows of a refusal')
    for (const { update } of written) {
      Y.applyUpdate(anas.doc, update)
      expectWhole(anas.doc, 'a row, in the document of who is offline,')
    }
  }
  gate.expectHeldAgainstYjs(contents)
  const verdict = gate.send({ userId: ana, role: 'editor' }, 'update', anas.update)
  if (verdict !== 'accepted') throw new Error(`what Ana wrote offline is refused: ${verdict}`)
  if (contents(anas.doc) !== contents(gate.doc)) throw new Error('Ana sees something else')
  return attacks.length
}

describe('fuzzing', () => {
  test(
    '[P4] updates: whatever is admitted, Yjs agrees with the index, and offline work merges',
    async () => {
      await fuzz('updates', history, play)
      console.log(Object.fromEntries([...verdicts].sort(([, one], [, other]) => other - one)))
      expect(verdicts.get('accepted') ?? 0).toBeGreaterThan(0)
    },
    FUZZ_TIMEOUT,
  )
})
