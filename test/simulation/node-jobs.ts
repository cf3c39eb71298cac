/**
 * What a node's room has done in the storage: the real jobs (`server/snapshots.ts`) where they need
 * no thread, asked again while the storage is away, and interrupted anywhere by the node's end.
 */
import { type ClientId, type Epoch, type Seq, UpdateScanner, unreachable } from 'kith-shared'
import { compact, differenceTo } from '../../server/core/documents.js'
import type { Epochs, Journal, LoadedWorkspace } from '../../server/core/ports.js'
import { renew } from '../../server/core/renewal.js'
import type { RoomEffect, RoomEvent } from '../../server/core/room-events.js'
import { roomStateOf } from '../../server/core/room-state.js'
import { tryOut } from '../../server/core/trial.js'
import { createLog } from '../../server/edge/log.js'
import { type RenewalPorts, renewWorkspace } from '../../server/renewals.js'
import { readDifference, tryUpdate, writeSnapshot } from '../../server/snapshots.js'
import type { NodeParts } from './node.js'
import { WORKSPACE } from './workspace.js'

const RETRY = 40
/** Few rows at a time, so that a lag takes several reads. */
const READ_BYTES = 2_000

export type JobEffect = Exclude<
  RoomEffect,
  { type: 'send' | 'close' | 'pause' | 'resume' | 'when-drained' | 'refused' }
>

const scanner = new UpdateScanner()
const log = createLog('silent')

export class NodeJobs {
  readonly #parts: NodeParts
  readonly #isAlive: () => boolean
  readonly #tell: (event: RoomEvent) => void
  readonly #journal: Journal & Epochs
  #batches = 0

  constructor(parts: NodeParts, isAlive: () => boolean, tell: (event: RoomEvent) => void) {
    this.#parts = parts
    this.#isAlive = isAlive
    this.#tell = tell
    this.#journal = parts.storage.connect(isAlive)
  }

  newBatchId(): string {
    return `${++this.#batches}-${this.#parts.random()}`
  }

  async load(owned: readonly ClientId[] = []): Promise<LoadedWorkspace> {
    const loaded = await this.#untilThere(() => this.#journal.load(WORKSPACE, owned))
    if (loaded.outcome === 'absent') throw new Error('the workspace is gone')
    return loaded
  }

  perform(effect: JobEffect): Promise<void> {
    return this.#perform(effect).catch((error) => this.#parts.clock.fail(error))
  }

  async #perform(effect: JobEffect): Promise<void> {
    switch (effect.type) {
      case 'commit': {
        const outcome = await this.#untilThere(() => this.#journal.commit(effect.batch))
        return this.#tell({ type: 'commit-done', outcome })
      }
      case 'reload': {
        const state = roomStateOf(WORKSPACE, await this.load(effect.owned), scanner)
        if (!state) throw new Error('what is stored does not follow')
        return this.#tell({ type: 'reloaded', state })
      }
      case 'read-rows': {
        const { session, after } = effect
        const read = await this.#journal.readRows(WORKSPACE, after, READ_BYTES)
        if (read.outcome === 'away') return this.#tell({ type: 'read-failed', session })
        return this.#tell({ type: 'rows-read', session, rows: read.rows })
      }
      case 'read-snapshot': {
        const { session } = effect
        const read = await this.#journal.readSnapshot(WORKSPACE)
        if (read.outcome === 'away') return this.#tell({ type: 'read-failed', session })
        return this.#tell({ type: 'snapshot-read', session, snapshot: read.snapshot })
      }
      case 'read-difference':
        return this.#difference(effect)
      case 'snapshot-due':
        return this.compact(effect.through)
      case 'trial': {
        const { id, through, candidate } = effect
        const outcome = await this.#untilThere(() =>
          tryUpdate(this.#snapshots, WORKSPACE, through, candidate),
        )
        return this.#tell({ type: 'trial-done', id, outcome })
      }
      case 'renew':
        return this.renew(effect.epoch, effect.through)
      case 'read-road': {
        const { session } = effect
        const road = await this.#journal.road(WORKSPACE, effect.from)
        if (road.outcome === 'away') return this.#tell({ type: 'read-failed', session })
        return this.#tell({ type: 'road-read', session, road })
      }
      case 'find-earlier-ids': {
        const { session } = effect
        const found = await this.#journal.earlierIds(WORKSPACE, effect.clientIds)
        if (found.outcome === 'away') return this.#tell({ type: 'read-failed', session })
        return this.#tell({ type: 'earlier-ids', session, clientIds: found.ids })
      }
      default:
        unreachable(effect)
    }
  }

  /** As the room asks for it, or a command beside it. */
  async renew(epoch: Epoch, through: Seq): Promise<void> {
    const outcome = await renewWorkspace(this.#snapshots, WORKSPACE, epoch, through)
    this.#tell({ type: 'renewed', outcome })
  }

  async #difference(effect: Extract<JobEffect, { type: 'read-difference' }>): Promise<void> {
    const { session, stateVector, through } = effect
    const read = await readDifference(this.#snapshots, WORKSPACE, stateVector, through)
    if (!read) return this.#tell({ type: 'read-failed', session })
    this.#tell({ type: 'difference-ready', session, ...read })
  }

  /** Each step takes its time: the reading, the merging, the writing. */
  async compact(through: number): Promise<void> {
    const written = await writeSnapshot(this.#snapshots, WORKSPACE, through)
    this.#tell(
      written ? { type: 'snapshot-done', ...written } : { type: 'snapshot-done', seq: undefined },
    )
  }

  get #snapshots(): Parameters<typeof writeSnapshot>[0] & RenewalPorts {
    return {
      journal: this.#journal,
      epochs: this.#journal,
      log,
      metrics: { epochBegun: () => undefined },
      documents: {
        compact: (...job) => this.#inTime(() => compact(...job)),
        difference: (...job) => this.#inTime(() => differenceTo(...job)),
        tryOut: (...job) => this.#inTime(() => tryOut(...job)),
        // Under an id of the history's own, so that it can be played again.
        renew: (document, rows) => this.#inTime(() => renew(document, rows, this.#newClientId())),
      },
    }
  }

  #newClientId(): ClientId {
    return Math.floor(this.#parts.random() * 2 ** 32)
  }

  #inTime<T>(work: () => T): Promise<T> {
    const { clock, random } = this.#parts
    return new Promise((resolve) => {
      clock.after(random() ** 2 * 200, () => {
        if (this.#isAlive()) resolve(work())
      })
    })
  }

  async #untilThere<T extends { outcome: string }>(
    ask: () => Promise<T | { outcome: 'away' }>,
  ): Promise<T> {
    for (;;) {
      const outcome = await ask()
      // What is not `away` is of T.
      if (outcome.outcome !== 'away') return outcome as T
      await this.#inTime(() => undefined)
      await new Promise<void>((resolve) => this.#parts.clock.after(RETRY, resolve))
    }
  }
}
