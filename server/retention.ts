/**
 * Removes what is older than the history, about once an hour, on one server at a time (SPEC, K4 and
 * K5). Every snapshot is read back once before anything counts on it.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { WorkspaceId } from 'kith-shared'
import type { Database, Run } from './edge/database.js'
import type { Log } from './edge/log.js'
import {
  everyWorkspace,
  markGood,
  pruneAudit,
  pruneHistory,
  pruneQuarantine,
  takeTurn,
  uncheckedSnapshots,
} from './edge/retention.js'
import { whyAway } from './edge/storage-away.js'
import type { Mender } from './mender.js'

/**
 * Milliseconds from one run to the next; half of it or more is drawn at random. The first comes after
 * a tenth: a server that is started anew each day has its turn, too.
 */
const INTERVAL = 3_600_000

export interface RetentionPorts {
  database: Database
  mender: Pick<Mender, 'checkSnapshot'>
  log: Pick<Log, 'info' | 'error'>
}

export interface Kept {
  historyDays: number
  auditDays: number
}

export type RetentionRun =
  /** `removed` counts rows and snapshots, of all workspaces. */
  | { outcome: 'done'; removed: number }
  /** Another server is at it. */
  | { outcome: 'elsewhere' }
  | { outcome: 'away' }

export class Retention {
  readonly #ports: RetentionPorts
  readonly #kept: Kept
  readonly #interval: number
  readonly #closing = new AbortController()
  #life: Promise<void> | undefined

  constructor(ports: RetentionPorts, kept: Kept, interval = INTERVAL) {
    this.#ports = ports
    this.#kept = kept
    this.#interval = interval
  }

  /** Not before the migrations are applied. */
  start(): void {
    this.#life ??= this.#live()
  }

  /** Waits for the step under way. Safe twice. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#life
  }

  /** Rejects for a bug of ours alone. */
  run(): Promise<RetentionRun> {
    const { database } = this.#ports
    return database.orAway(() =>
      // Its own connection: the pool's have a limit for each statement, and the lock needs a session.
      database.withConnection(async (run): Promise<RetentionRun> => {
        if (!(await takeTurn(run))) return { outcome: 'elsewhere' }
        let removed = 0
        for await (const workspaceId of everyWorkspace(run)) {
          if (this.#closing.signal.aborted) break
          removed += await this.#prune(run, workspaceId)
        }
        const { historyDays, auditDays } = this.#kept
        removed += await this.#untilNone(() => pruneQuarantine(run, historyDays))
        removed += await this.#untilNone(() => pruneAudit(run, auditDays))
        return { outcome: 'done', removed }
      }),
    )
  }

  async #prune(run: Run, workspaceId: WorkspaceId): Promise<number> {
    try {
      for (const { epoch, seq } of await uncheckedSnapshots(run, workspaceId)) {
        if (this.#closing.signal.aborted) return 0
        const { snapshot } = await this.#ports.mender.checkSnapshot(workspaceId, epoch, seq)
        if (snapshot) await markGood(run, workspaceId, epoch, seq)
      }
      return await this.#untilNone(() => pruneHistory(run, workspaceId, this.#kept.historyDays))
    } catch (error) {
      // One workspace that can't be read holds up no other, where the database is there.
      if (whyAway(error) !== undefined) throw error
      this.#ports.log.error({ workspaceId, err: error }, 'its history could not be pruned')
      return 0
    }
  }

  async #untilNone(step: () => Promise<number>): Promise<number> {
    let sum = 0
    while (!this.#closing.signal.aborted) {
      const removed = await step()
      sum += removed
      if (removed === 0) break
    }
    return sum
  }

  async #live(): Promise<void> {
    const { signal } = this.#closing
    for (let share = 0.1; !signal.aborted; share = 1) {
      const pause = share * this.#interval * (0.5 + Math.random() / 2)
      await wait(pause, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      try {
        const ran = await this.run()
        if (ran.outcome !== 'elsewhere') this.#ports.log.info(ran, 'retention')
      } catch (error) {
        this.#ports.log.error({ err: error }, 'retention failed')
      }
    }
  }
}
