/**
 * The audit's writer on PostgreSQL (`audit_log`, migrations/0005_directory.sql). What holds:
 * 1. `record` is a few map operations: it waits for nothing, and the storage may be away for long.
 * 2. At most `CAPACITY` entries are held; what finds no place is counted and logged, not kept.
 * 3. The same again within a minute is one row, whose count and last time rise: an attacker who
 *    repeats themselves fills neither the table nor the log, nor one who guesses (`Guesses`).
 * 4. A row's id is drawn here, so that a write with an unknown outcome can be repeated.
 */
import { randomUUID } from 'node:crypto'
import type { Audit, AuditEntry } from '../core/audit.js'
import type { Database, DatabaseLog } from './database.js'
import { Guesses } from './guesses.js'
import type { Metrics } from './metrics.js'

const CAPACITY = 10_000
/** Rows in one statement. */
const BATCH = 100
/** Milliseconds between writes, while there is something to write. */
const INTERVAL = 1_000
/** For so long, in milliseconds, the same entry again only raises the count. */
const SAME_WITHIN = 60_000

interface Row {
  id: string
  entry: AuditEntry
  at: number
  lastAt: number
  count: number
}

export interface AuditLog extends Pick<DatabaseLog, 'error'> {
  info(fields: object, message: string): void
}

export interface AuditWriter extends Audit {
  start(): void
  /** Writes what has gathered, once, and stops. Safe twice. */
  close(): Promise<void>
}

/** Writes nothing by itself until `start`. */
export const createAudit = (
  database: Database,
  log: AuditLog,
  metrics: Pick<Metrics, 'auditDropped'>,
): AuditWriter => new BatchedAudit(database, log, metrics)

class BatchedAudit implements AuditWriter {
  readonly #database: Database
  readonly #log: AuditLog
  readonly #metrics: Pick<Metrics, 'auditDropped'>
  /** By what makes two entries the same, oldest first. Those not in `#unwritten` only wait for more. */
  readonly #recent = new Map<string, Row>()
  readonly #unwritten = new Set<Row>()
  readonly #guesses = new Guesses()
  #writing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(database: Database, log: AuditLog, metrics: Pick<Metrics, 'auditDropped'>) {
    this.#database = database
    this.#log = log
    this.#metrics = metrics
  }

  start(): void {
    if (this.#closed) return
    this.#timer ??= setInterval(() => void this.flush(), INTERVAL)
    this.#timer.unref()
  }

  record(recorded: AuditEntry): void {
    const now = Date.now()
    const entry = this.#guesses.together(recorded, now)
    const key = keyOf(entry)
    const known = this.#recent.get(key)
    if (known && now - known.at < SAME_WITHIN) {
      known.count++
      known.lastAt = now
      this.#unwritten.add(known)
      return
    }
    if (!this.#makePlace(now)) return this.#metrics.auditDropped(1)
    this.#log.info({ audit: entry }, entry.event)
    const row = { id: randomUUID(), entry, at: now, lastAt: now, count: 1 }
    // Deleted first, so that the order of the map stays that of `at`.
    this.#recent.delete(key)
    this.#recent.set(key, row)
    this.#unwritten.add(row)
    if (this.#timer && this.#unwritten.size === BATCH) void this.flush()
  }

  async flush(): Promise<void> {
    // Whoever waits may have recorded after that write took its rows.
    while (this.#writing) await this.#writing
    this.#forget(Date.now())
    if (this.#unwritten.size === 0) return
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined
    })
    await this.#writing
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.flush()
  }

  /** Whether another entry may be held; (2). */
  #makePlace(now: number): boolean {
    if (this.#held < CAPACITY) return true
    // Nothing can go, and to look for it with each entry would cost more than the entry.
    if (this.#unwritten.size >= CAPACITY) return false
    this.#forget(now)
    if (this.#held < CAPACITY) return true
    for (const [key, row] of this.#recent) {
      if (this.#unwritten.has(row)) continue
      this.#recent.delete(key)
      return true
    }
    return false
  }

  /** Rows that are replaced in `#recent` may still wait in `#unwritten`: the larger says enough. */
  get #held(): number {
    return Math.max(this.#recent.size, this.#unwritten.size)
  }

  #forget(now: number): void {
    for (const [key, row] of this.#recent) {
      if (now - row.at < SAME_WITHIN) return
      if (!this.#unwritten.has(row)) this.#recent.delete(key)
    }
  }

  /** Never rejects: where the storage is away, what is left is tried again at the next flush. */
  async #writeAll(): Promise<void> {
    while (this.#unwritten.size > 0) {
      const rows = [...this.#unwritten].slice(0, BATCH)
      // Before the write: what is counted meanwhile must be written again.
      for (const row of rows) this.#unwritten.delete(row)
      const outcome = await this.#write(rows)
      if (outcome === 'written') continue
      for (const row of rows) this.#unwritten.add(row)
      return
    }
  }

  async #write(rows: readonly Row[]): Promise<'written' | 'away'> {
    try {
      const { outcome } = await this.#database.orAway(async () => {
        await this.#database.run({ name: 'audit', text: WRITE, values: columnsOf(rows) })
        return { outcome: 'written' } as const
      })
      return outcome
    } catch (error) {
      // A bug of ours: to try the same again for ever would keep everything after it out.
      this.#log.error({ err: error }, 'entries of the audit are lost')
      this.#metrics.auditDropped(rows.length)
      return 'written'
    }
  }
}

/** (4): the same row again changes nothing, a higher count replaces a lower one. */
const WRITE = `insert into audit_log as a
    (id, event, workspace_id, user_id, address, reason, at, last_at, count)
  select id, event, workspace_id, user_id, address, reason,
    to_timestamp(at / 1000.0), to_timestamp(last_at / 1000.0), count
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::bigint[], $8::bigint[], $9::integer[])
    as r (id, event, workspace_id, user_id, address, reason, at, last_at, count)
  on conflict (id) do update set
    count = greatest(a.count, excluded.count), last_at = greatest(a.last_at, excluded.last_at)`

const columnsOf = (rows: readonly Row[]): unknown[] => [
  rows.map((row) => row.id),
  rows.map((row) => row.entry.event),
  rows.map((row) => row.entry.workspaceId ?? null),
  rows.map((row) => row.entry.userId ?? null),
  rows.map((row) => row.entry.address),
  rows.map((row) => row.entry.reason),
  rows.map((row) => row.at),
  rows.map((row) => row.lastAt),
  rows.map((row) => row.count),
]

const keyOf = ({ event, workspaceId, userId, address, reason }: AuditEntry): string =>
  JSON.stringify([event, workspaceId, userId, address, reason])
