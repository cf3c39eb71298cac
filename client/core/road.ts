/**
 * The way from an epoch that is over to the present one, as the server sends it: the closing state
 * of each epoch and the opening state of the next, in turn. Both hold equal values.
 */
import type { Epoch, Seq, SnapshotChunk } from 'kith-shared'

/** A whole document, as one update. */
export interface State {
  epoch: Epoch
  seq: Seq
  update: Uint8Array
}

export interface RoadStep {
  closing: State
  opening: State
}

/** A state of which not all chunks are here. */
export interface StateParts {
  chunks: Uint8Array[]
  received: number
  total: number
  epoch: Epoch
  seq: Seq
}

export interface Road {
  steps: RoadStep[]
  /** The closing state whose opening state comes next. */
  closing: State | undefined
}

/** A state of no bytes is one of an empty document. */
const EMPTY = new Uint8Array([0, 0])

/** Chunks follow each other without a gap; `broken` where one does not. */
export const addChunk = (
  before: StateParts | undefined,
  { epoch, seq, total, offset, bytes }: SnapshotChunk,
): StateParts | State | 'broken' => {
  const parts = before ?? { chunks: [], received: 0, total, epoch, seq }
  const isSame = parts.epoch === epoch && parts.seq === seq && parts.total === total
  if (!isSame || parts.received !== offset || offset + bytes.length > total) return 'broken'
  const chunks = [...parts.chunks, bytes]
  const received = offset + bytes.length
  if (received < total) return { ...parts, chunks, received }
  return { epoch, seq, update: total === 0 ? EMPTY : join(chunks, total) }
}

const join = (chunks: readonly Uint8Array[], total: number): Uint8Array => {
  const whole = new Uint8Array(total)
  let at = 0
  for (const bytes of chunks) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

/** Each step begins in the epoch that the one before led to, and leads on. */
export const addState = ({ steps, closing }: Road, state: State): Road | 'broken' => {
  const reached = steps.at(-1)?.opening.epoch
  if (closing === undefined) {
    const follows = reached === undefined || reached === state.epoch
    return follows ? { steps, closing: state } : 'broken'
  }
  if (state.epoch <= closing.epoch || state.seq !== closing.seq) return 'broken'
  return { steps: [...steps, { closing, opening: state }], closing: undefined }
}

/** How far along, from 0 to 1, as far as can be told: nobody says how many epochs there are. */
export const roadProgress = (
  { steps, closing }: Road,
  parts: StateParts | undefined,
  present: Epoch,
): number => {
  const done = 2 * steps.length + (closing === undefined ? 0 : 1)
  const isLast = closing !== undefined && parts?.epoch === present
  const least = closing === undefined ? done + 2 : done + (isLast ? 1 : 3)
  return (done + (parts === undefined ? 0 : parts.received / Math.max(1, parts.total))) / least
}
