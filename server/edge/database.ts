import pg from 'pg'
import { type CopyOut, copyOut } from './copy-out.js'
import { type Listener, listenOn } from './listen.js'
import { whyAway } from './storage-away.js'

export interface DatabaseLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface DatabaseOptions {
  /** `postgres://…`. Holds the password: it never reaches a log or an error text of ours. */
  url: string
  /** Connections at most. */
  poolSize: number
  log: DatabaseLog
  /** Milliseconds that PostgreSQL gives one statement; default 10,000. */
  statementTimeout?: number
  /** Milliseconds to wait for a connection, new or free; default 5,000. */
  connectTimeout?: number
}

/** Where a statement has a `name`, it is prepared once per connection. */
export interface Statement {
  name?: string
  text: string
  values?: readonly unknown[]
}

/** Runs one statement. The caller says what its rows look like: the SQL is beside it. */
export type Run = <Row extends pg.QueryResultRow>(statement: Statement) => Promise<Row[]>

export interface Database {
  run: Run
  /** Reads that see one moment: `repeatable read`, read only. Rolled back where `work` throws. */
  readTogether<T>(work: (run: Run) => Promise<T>): Promise<T>
  /** Rows as bytes, of what is too large to come as text; rejects as `run` does. */
  copyOut: CopyOut
  /** A connection outside the pool, without time limits, ended after `work`: for migrations. */
  withConnection<T>(work: (run: Run) => Promise<T>): Promise<T>
  /** On a connection of its own, until closed. `channel` is a plain lower-case name. */
  listen(channel: string, listener: Listener): { close(): Promise<void> }
  /** `work`'s result, or `away` where the storage is; says why in the log. Bugs are thrown on. */
  orAway<T>(work: () => Promise<T>): Promise<T | { outcome: 'away' }>
  /** Waits for what is under way. Safe twice. */
  close(): Promise<void>
}

const CONNECT_TIMEOUT = 5_000

const safeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 beyond 2^53: ${text}`)
  return value
}

/** A plain view: `Buffer` is a Uint8Array whose `slice` does not copy, which Yjs code relies on. */
const plainBytes = (text: string): Uint8Array => {
  const parse: (text: string) => Buffer = pg.types.getTypeParser(pg.types.builtins.BYTEA, 'text')
  const bytes = parse(text)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Parameters go as bytes, results come as text: pg 8.23 reads every field of a result as UTF-8,
 * also where it asked for the binary format, which destroys bytea (pg-protocol parser.js,
 * `parseDataRowMessage`). Hex costs twice the bytes on the way from the database; what is large
 * comes by `copyOut`.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === pg.types.builtins.INT8) return safeNumber
    if (oid === pg.types.builtins.BYTEA) return plainBytes
    return format === 'binary'
      ? pg.types.getTypeParser(oid, 'binary')
      : pg.types.getTypeParser(oid, 'text')
  },
}

const makePool = (options: DatabaseOptions, isClosing: () => boolean): pg.Pool => {
  const statementTimeout = options.statementTimeout ?? 10_000
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: 'kith',
    types,
    connectionTimeoutMillis: options.connectTimeout ?? CONNECT_TIMEOUT,
    statement_timeout: statementTimeout,
    // PostgreSQL's own limit can't be heard over a dead network; the connection goes with it.
    query_timeout: statementTimeout + 2_000,
    idle_in_transaction_session_timeout: statementTimeout,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  // Without a listener, the death of an idle connection would end the process.
  pool.on('error', (error) => {
    if (isClosing()) return
    options.log.warn({ reason: whyAway(error) ?? error.message }, 'an idle connection was lost')
  })
  return pool
}

const runOn =
  (target: pg.Pool | pg.ClientBase): Run =>
  async <Row extends pg.QueryResultRow>({ name, text, values = [] }: Statement) => {
    const named = name === undefined ? {} : { name }
    const result = await target.query<Row>({ ...named, text, values: [...values] })
    return result.rows
  }

/** A connection on which something failed is closed, not reused: its state is unknown. */
const borrow = async <T>(
  pool: pg.Pool,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect()
  // While it is lent out nobody else listens; the statement under way fails anyway.
  const ignore = () => undefined
  client.on('error', ignore)
  let failure: Error | undefined
  try {
    return await work(client)
  } catch (error) {
    failure = error instanceof Error ? error : new Error('a statement failed', { cause: error })
    throw error
  } finally {
    client.release(failure)
    client.off('error', ignore)
  }
}

const ownConnection = ({ url, connectTimeout = CONNECT_TIMEOUT }: DatabaseOptions): pg.Client =>
  new pg.Client({
    connectionString: url,
    application_name: 'kith',
    types,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
  })

/** What was begun and not committed is rolled back, and locks are let go, as the session ends. */
const withConnection = async <T>(
  options: DatabaseOptions,
  work: (run: Run) => Promise<T>,
): Promise<T> => {
  const client = ownConnection(options)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(runOn(client))
  } finally {
    await client.end()
  }
}

/** Connects at the first statement; never throws for a database that is away. */
export const openDatabase = (options: DatabaseOptions): Database => {
  let closed: Promise<void> | undefined
  const pool = makePool(options, () => closed !== undefined)
  return {
    run: runOn(pool),
    readTogether: (work) =>
      borrow(pool, async (client) => {
        const run = runOn(client)
        await run({ text: 'begin transaction isolation level repeatable read, read only' })
        const result = await work(run)
        await run({ text: 'commit' })
        return result
      }),
    copyOut: (text, row) => borrow(pool, (client) => copyOut(client, text, row)),
    withConnection: (work) => withConnection(options, work),
    listen: (channel, listener) => listenOn(() => ownConnection(options), channel, listener),
    orAway: async (work) => {
      try {
        return await work()
      } catch (error) {
        const reason = whyAway(error)
        if (reason === undefined) throw error
        options.log.warn({ reason }, 'the database is away')
        return { outcome: 'away' }
      }
    },
    close: () => {
      closed ??= pool.end()
      return closed
    },
  }
}
