/**
 * The trial of an update (SPEC A5): integrates it in a document, as a browser that is there will,
 * and then loads the result, as one that comes later will, and counts the steps of its author. Never
 * slower than the author's budget allows, as it breaks off there.
 */
import {
  type ClientId,
  MAX_AUTHOR_STEPS,
  MAX_TEXT_PIECES,
  MAX_TEXT_UNITS,
  type UserId,
} from 'kith-shared'
import * as Y from 'yjs'
import type { DocumentRow } from './documents.js'
import { StepCount } from './steps.js'

export interface Candidate {
  update: Uint8Array
  author: UserId
  /** The author's client ids, as far as they are known. */
  clients: readonly ClientId[]
  /** Roots of the long texts that it adds to. */
  texts: readonly string[]
  /** Steps that all others' work may take, measured or charged. */
  others: number
}

/** What a text truly holds. */
export interface TextSize {
  pieces: number
  units: number
}

export type TrialOutcome =
  | {
      outcome: 'passed'
      /** What the author's work costs with this update, in the costlier of the two orders. */
      steps: number
      /** The true sizes of `texts` without this update. */
      sizes: [root: string, size: TextSize][]
    }
  | { outcome: 'too-heavy' }

/** What a room hears of a trial that it asked for. */
export type TrialReport =
  | TrialOutcome
  /** Not begun: its author has caused too many. Until `due` what they want tried waits. */
  | { outcome: 'put-off' }
  | { outcome: 'due' }

const TOO_HEAVY: TrialOutcome = { outcome: 'too-heavy' }

/** `document` is the newest snapshot, `rows` all after it. Throws where they are no updates. */
export const tryOut = (
  document: Uint8Array | undefined,
  rows: readonly DocumentRow[],
  candidate: Candidate,
): TrialOutcome => {
  const doc = new Y.Doc()
  const count = new StepCount(doc)
  const before = load(doc, count, document, rows, candidate.author)
  const sizes = candidate.texts.map((root): [string, TextSize] => [root, sizeOf(doc, root)])
  const known = clocksOf(doc)
  const more = stepsWithin(count, Math.max(0, MAX_AUTHOR_STEPS - before), () =>
    Y.applyUpdate(doc, candidate.update),
  )
  if (more === undefined) return TOO_HEAVY
  if (candidate.texts.some((root) => isOverfull(sizeOf(doc, root)))) return TOO_HEAVY
  const own = new Set(candidate.clients)
  for (const [client, clock] of clocksOf(doc)) if (clock > (known.get(client) ?? 0)) own.add(client)
  const later = stepsToLoad(Y.encodeStateAsUpdate(doc), own, candidate.others)
  doc.destroy()
  if (later === undefined) return TOO_HEAVY
  return { outcome: 'passed', steps: Math.max(before + more, later), sizes }
}

/** Gives the steps that the author's rows took. */
const load = (
  doc: Y.Doc,
  count: StepCount,
  document: Uint8Array | undefined,
  rows: readonly DocumentRow[],
  author: UserId,
): number => {
  let steps = 0
  count.during(() => {
    doc.transact(() => {
      if (document) Y.applyUpdate(doc, document)
      for (const row of rows) {
        const before = count.total
        Y.applyUpdate(doc, row.update)
        if (row.author.id === author) steps += count.total - before
      }
    })
  })
  return steps
}

/** The steps that `act` takes; undefined where they are more than `limit`. */
const stepsWithin = (count: StepCount, limit: number, act: () => void): number | undefined => {
  const before = count.total
  count.stopAfter(limit)
  try {
    count.during(act)
  } catch (error) {
    if (!count.isOver) throw error
  }
  return count.isOver ? undefined : count.total - before
}

/**
 * The steps that a load takes because of the author: those of own items, or all that the others' own
 * work does not account for, as one's items may also stand where another's must step over them.
 * Undefined where that is past the budget.
 */
const stepsToLoad = (
  update: Uint8Array,
  own: ReadonlySet<ClientId>,
  others: number,
): number | undefined => {
  const doc = new Y.Doc()
  const count = new StepCount(doc)
  const all = stepsWithin(count, others + MAX_AUTHOR_STEPS, () => Y.applyUpdate(doc, update))
  doc.destroy()
  if (all === undefined) return undefined
  const steps = Math.max(count.of(own), all - others)
  return steps > MAX_AUTHOR_STEPS ? undefined : steps
}

const clocksOf = (doc: Y.Doc): Map<ClientId, number> =>
  Y.decodeStateVector(Y.encodeStateVector(doc))

const sizeOf = (doc: Y.Doc, root: string): TextSize => {
  const type = doc.share.get(root)
  if (!type) return { pieces: 0, units: 0 }
  let pieces = 0
  for (let item = type._start; item; item = item.right) pieces++
  return { pieces, units: type._length }
}

const isOverfull = ({ pieces, units }: TextSize): boolean =>
  pieces > MAX_TEXT_PIECES || units > MAX_TEXT_UNITS
