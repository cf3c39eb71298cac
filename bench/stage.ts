/** A room with a writer of Kith's own, a reader of Kith's own and a stock reader, and what steps of it cost. */
import { decodeClientMessage, UpdateScanner, type UserId, type WorkspaceId } from 'kith-shared'
import type { Batch } from '../server/dist/core/ports.js'
import { Room } from '../server/dist/core/room.js'
import type { RoomEvent } from '../server/dist/core/room-events.js'
import { RoomIndex } from '../server/dist/core/room-index.js'
import type { RoomState } from '../server/dist/core/room-state.js'
import { bytesInUse } from './heap.js'
import { threadTime } from './thread-time.js'

export interface Cost {
  /** Milliseconds: the longest the event loop waits, and all steps together. */
  longest: number
  all: number
  /** Bytes: how far the heap has grown right after the steps, nothing collected; what stays. */
  grown: number
  kept: number
  outcome: string
}

const scanner = new UpdateScanner()

const emptyState = (): RoomState => ({
  workspaceId: 'bench' as WorkspaceId,
  name: 'Bench',
  schema: 1,
  epoch: 1,
  head: 0,
  snapshotSeq: 0,
  oldest: 1,
  uncovered: { rows: 0, bytes: 0 },
  documentBytes: 0,
  index: new RoomIndex(),
})

export class Stage {
  readonly #room = new Room(emptyState(), { scanner, newBatchId: () => 'batch' })
  readonly #steps: number[] = []
  readonly #commits: Batch[] = []
  readonly #trials: number[] = []
  #refusals: string[] = []
  #rows = 0

  constructor() {
    const stamp = (id: string) =>
      ({ id: id as UserId, name: id, email: null, role: 'editor', joinedAt: 0 }) as const
    const kith = (clientId: number) =>
      ({ dialect: 'kith', clientId, earlierIds: [], epoch: 0, seq: 0 }) as const
    this.#step({ type: 'join', session: 1, dialect: kith(7), stamp: stamp('ana') })
    this.#step({ type: 'join', session: 2, dialect: kith(8), stamp: stamp('bo') })
    this.#step({ type: 'join', session: 3, dialect: { dialect: 'stock' }, stamp: stamp('cy') })
    this.#settle()
    this.#step({ type: 'sync-step-1', session: 3, stateVector: new Uint8Array([0]) })
  }

  /** All frames arrive while one commit is under way. */
  send(frames: readonly Uint8Array[]): Cost {
    this.#steps.length = 0
    this.#refusals = []
    this.#rows = 0
    const before = bytesInUse()
    for (const frame of frames) this.#arrive(frame)
    this.#settle()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    const grown = heapUsed + arrayBuffers - before
    const kept = bytesInUse() - before
    const all = this.#steps.reduce((sum, step) => sum + step, 0)
    const [refusal] = this.#refusals
    const outcome = refusal ?? (this.#rows > 0 ? `${this.#rows} rows` : 'no row')
    return { longest: Math.max(...this.#steps), all, grown, kept, outcome }
  }

  #arrive(frame: Uint8Array): void {
    const started = threadTime()
    const decoded = decodeClientMessage(frame)
    const event = decoded.ok ? eventOf(decoded.message) : undefined
    if (event) this.#step(event, started)
    else {
      this.#steps.push(threadTime() - started)
      this.#refusals.push('broken frame')
    }
  }

  /** Commits, and lets pass what needs a trial in the worker, until nothing waits. */
  #settle(): void {
    for (let more = true; more; ) {
      const batch = this.#commits.shift()
      const id = this.#trials.shift()
      if (batch) this.#commit(batch)
      if (id !== undefined) {
        this.#step({ type: 'trial-done', id, outcome: { outcome: 'passed', steps: 0, sizes: [] } })
      }
      if (this.#room.wantsTick) this.#step({ type: 'tick' })
      more = batch !== undefined || id !== undefined
    }
  }

  #commit({ head, rows }: Batch): void {
    this.#rows += rows.length
    const outcome = { outcome: 'committed', head: head + rows.length, committedAt: 0 } as const
    this.#step({ type: 'commit-done', outcome })
  }

  #step(event: RoomEvent, started = threadTime()): void {
    const effects = this.#room.step(event)
    this.#steps.push(threadTime() - started)
    for (const effect of effects) {
      if (effect.type === 'refused') this.#refusals.push(effect.refusal)
      if (effect.type === 'close') this.#refusals.push(effect.reason)
      if (effect.type === 'commit') this.#commits.push(effect.batch)
      if (effect.type === 'trial') this.#trials.push(effect.id)
    }
  }
}

const eventOf = (
  message: Extract<ReturnType<typeof decodeClientMessage>, { ok: true }>['message'],
): RoomEvent | undefined => {
  switch (message.type) {
    case 'update':
    case 'sync-step-2':
      return { type: 'update', session: 1, message: message.type, bytes: message.update }
    case 'sync-step-1':
      return { type: 'sync-step-1', session: 3, stateVector: message.stateVector }
    case 'awareness':
      return { type: 'awareness', session: 1, states: message.states }
    default:
      return undefined
  }
}
