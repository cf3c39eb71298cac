/**
 * What a room has done in the journal and in the workers, until it is done: commits, reloads,
 * snapshots, trials. What is away is asked again, with backoff, for as long as the room lives.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { ClientId, CloseReason, Epoch, Seq, UpdateScanner, WorkspaceId } from 'kith-shared'
import { Backoff } from './backoff.js'
import type { Batch } from './core/ports.js'
import type { RoomEffect, RoomEvent } from './core/room-events.js'
import { buildRoomState } from './core/room-state.js'
import type { TrialOutcome } from './core/trial.js'
import { reach } from './edge/points.js'
import { inTurns } from './event-loop-turns.js'
import { renewWorkspace } from './renewals.js'
import type { RoomPorts } from './room-runner.js'
import { tryUpdate, writeSnapshot } from './snapshots.js'

/** The room that it works for. */
export interface WorkingRoom {
  tell(event: RoomEvent): void
  /** Deleted, damaged, or a bug: the room can't go on. */
  end(reason: CloseReason): void
  /** A newer snapshot is written. */
  snapshotWritten(): void
}

export class RoomJobs {
  readonly #workspaceId: WorkspaceId
  readonly #ports: RoomPorts
  readonly #scanner: UpdateScanner
  readonly #room: WorkingRoom
  readonly #closing = new AbortController()

  constructor(
    workspaceId: WorkspaceId,
    ports: RoomPorts,
    scanner: UpdateScanner,
    room: WorkingRoom,
  ) {
    this.#workspaceId = workspaceId
    this.#ports = ports
    this.#scanner = scanner
    this.#room = room
  }

  /** Nothing is asked again. Safe twice. */
  close(): void {
    this.#closing.abort()
  }

  /** Until its outcome is known: the same batch again is safe (`Journal.commit`). */
  async commit(batch: Batch): Promise<void> {
    reach('commit')
    const started = performance.now()
    const outcome = await this.#untilThere(() => this.#ports.journal.commit(batch))
    if (!outcome) return
    reach('committed')
    this.#ports.metrics.committed(batch.rows.length, (performance.now() - started) / 1000)
    this.#room.tell({ type: 'commit-done', outcome })
    reach('told')
  }

  async reload(owned: readonly ClientId[]): Promise<void> {
    reach('reload')
    const { journal } = this.#ports
    const loaded = await this.#untilThere(() => journal.load(this.#workspaceId, owned))
    if (!loaded) return
    const state =
      loaded.outcome === 'loaded'
        ? await inTurns(buildRoomState(this.#workspaceId, loaded, this.#scanner))
        : undefined
    if (state) return this.#room.tell({ type: 'reloaded', state })
    this.#room.end(loaded.outcome === 'absent' ? 'not-a-member' : 'storage-away')
  }

  async compact(through: number): Promise<void> {
    reach('compact')
    let written: Awaited<ReturnType<typeof writeSnapshot>>
    try {
      written = await writeSnapshot(this.#ports, this.#workspaceId, through)
      this.#room.snapshotWritten()
    } catch (error) {
      this.#ports.log.error({ workspaceId: this.#workspaceId, err: error }, 'a snapshot failed')
    }
    this.#room.tell(
      written ? { type: 'snapshot-done', ...written } : { type: 'snapshot-done', seq: undefined },
    )
  }

  /** Commits wait meanwhile: what fails is tried again later, and they go on. */
  async renew(epoch: Epoch, through: Seq): Promise<void> {
    let outcome: Awaited<ReturnType<typeof renewWorkspace>> = 'failed'
    try {
      outcome = await renewWorkspace(this.#ports, this.#workspaceId, epoch, through)
    } catch (error) {
      this.#ports.log.error({ workspaceId: this.#workspaceId, err: error }, 'a renewal failed')
    }
    this.#room.tell({ type: 'renewed', outcome })
  }

  /**
   * The journal is waited for. The worker may have failed because of another job, so it is asked
   * twice; then the update counts as too heavy: it is refused, and its client keeps it.
   */
  async try({ id, through, candidate }: Extract<RoomEffect, { type: 'trial' }>): Promise<void> {
    const pause = this.#ports.documents.pace.take(candidate.author, performance.now())
    if (pause > 0) return this.#putOff(id, pause)
    const attempt = async (left: number): Promise<TrialOutcome | { outcome: 'away' }> => {
      try {
        return await tryUpdate(this.#ports, this.#workspaceId, through, candidate)
      } catch (error) {
        this.#ports.log.error({ workspaceId: this.#workspaceId, err: error }, 'a trial failed')
        return left > 0 ? attempt(left - 1) : { outcome: 'too-heavy' }
      }
    }
    const outcome = await this.#untilThere(() => attempt(1))
    if (outcome) this.#room.tell({ type: 'trial-done', id, outcome })
  }

  /** The room hears of it after the effects that came with this one. */
  async #putOff(id: number, pause: number): Promise<void> {
    const { signal } = this.#closing
    await Promise.resolve()
    this.#room.tell({ type: 'trial-done', id, outcome: { outcome: 'put-off' } })
    await wait(pause, undefined, { signal, ref: false }).catch(() => undefined)
    if (!signal.aborted) this.#room.tell({ type: 'trial-done', id, outcome: { outcome: 'due' } })
  }

  /** Asks again, with backoff, until the journal is there; undefined once this is closed. */
  async #untilThere<Outcome extends { outcome: string }>(
    ask: () => Promise<Outcome | { outcome: 'away' }>,
  ): Promise<Exclude<Outcome, { outcome: 'away' }> | undefined> {
    const backoff = new Backoff()
    while (!this.#closing.signal.aborted) {
      try {
        const outcome = await ask()
        if (outcome.outcome !== 'away') return outcome as Exclude<Outcome, { outcome: 'away' }>
        this.#ports.log.warn({ workspaceId: this.#workspaceId }, 'storage is away, trying again')
      } catch (error) {
        this.#ports.log.error({ workspaceId: this.#workspaceId, err: error }, 'storage failed')
        this.#room.end('storage-away')
      }
      await backoff.wait(this.#closing.signal)
    }
    return undefined
  }
}
