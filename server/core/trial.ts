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
import type { RootSize } from './room-index.js'
import { StepCount, TooManySteps } from './steps.js'

export interface Candidate {
  update: Uint8Array
  author: UserId
  /** The author's client ids, as far as they are known. */
  clients: readonly ClientId[]
  /** Roots of the long texts that it adds to. */
  texts: readonly string[]
}

export type TrialOutcome =
  | {
      outcome: 'passed'
      /** What the author's work costs with this update, in the costlier of the two orders. */
      steps: number
      /** The true sizes of `texts` without this update. */
      sizes: [root: string, size: RootSize][]
    }
  | { outcome: 'too-heavy' }

const TOO_HEAVY: TrialOutcome = { outcome: 'too-heavy' }

/** `document` is the newest snapshot, `rows` all after it. Throws where they are no updates. */
export const tryOut = (
  document: Uint8Array | undefined,
  rows: readonly DocumentRow[],
  candidate: Candidate,
): TrialOutcome => {
  const doc = new Y.Doc()
  try {
    return tryIn(doc, document, rows, candidate)
  } catch (error) {
    if (error instanceof TooManySteps) return TOO_HEAVY
    throw error
  } finally {
    doc.destroy()
  }
}

const tryIn = (
  doc: Y.Doc,
  document: Uint8Array | undefined,
  rows: readonly DocumentRow[],
  { update, author, clients, texts }: Candidate,
): TrialOutcome => {
  const count = new StepCount(doc)
  let arrival = 0
  count.during(() => {
    doc.transact(() => {
      if (document) Y.applyUpdate(doc, document)
      for (const row of rows) {
        const before = count.total
        Y.applyUpdate(doc, row.update)
        if (row.author.id === author) arrival += count.total - before
      }
    })
  })
  const sizes = texts.map((root): [string, RootSize] => [root, sizeOf(doc, root)])
  const known = Y.decodeStateVector(Y.encodeStateVector(doc))
  const before = count.total
  count.stopAfter(Math.max(0, MAX_AUTHOR_STEPS - arrival))
  count.during(() => Y.applyUpdate(doc, update))
  arrival += count.total - before
  if (texts.some((root) => isOverfull(sizeOf(doc, root)))) return TOO_HEAVY
  const own = new Set(clients)
  for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
    if (clock > (known.get(client) ?? 0)) own.add(client)
  }
  return { outcome: 'passed', steps: Math.max(arrival, stepsToLoad(doc, own)), sizes }
}

const stepsToLoad = (doc: Y.Doc, own: ReadonlySet<ClientId>): number => {
  const loaded = new Y.Doc()
  const count = new StepCount(loaded)
  try {
    count.stopAfterOf(own, MAX_AUTHOR_STEPS)
    count.during(() => Y.applyUpdate(loaded, Y.encodeStateAsUpdate(doc)))
    return count.of(own)
  } finally {
    loaded.destroy()
  }
}

const sizeOf = (doc: Y.Doc, root: string): RootSize => {
  const type = doc.share.get(root)
  if (!type) return { pieces: 0, units: 0 }
  let pieces = 0
  for (let item = type._start; item; item = item.right) pieces++
  return { pieces, units: type._length }
}

const isOverfull = ({ pieces, units }: RootSize): boolean =>
  pieces > MAX_TEXT_PIECES || units > MAX_TEXT_UNITS
