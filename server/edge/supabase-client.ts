/**
 * A Supabase project, asked by supabase-js with the service role's key. Imported only where
 * SUPABASE_URL is set: nobody else pays for the library.
 */
import { createClient, type WebSocketLikeConstructor } from '@supabase/supabase-js'
import * as v from 'valibot'
import { WebSocket } from 'ws'
import { SupabaseAway, strictFetch } from './supabase-fetch.js'

export interface SupabaseLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface SupabaseOptions {
  url: string
  serviceRoleKey: string
  log: SupabaseLog
  /** Milliseconds for a whole answer; default 5,000. */
  timeout?: number
}

export type Asked<Answer> = { outcome: 'answer'; answer: Answer } | { outcome: 'away' }
type Shape<Answer> = v.GenericSchema<unknown, Answer>

/** An answer of another shape is no answer. Nothing is asked twice: who asks knows when to. */
export interface Supabase {
  /** Rows of a table whose columns have these values. */
  rows<Row>(
    query: { table: string; columns: string; where: Readonly<Record<string, string>> },
    row: Shape<Row>,
  ): Promise<Asked<Row[]>>
  /** What an SQL function returns. */
  call<Answer>(
    name: string,
    parameters: Readonly<Record<string, unknown>>,
    answer: Shape<Answer>,
  ): Promise<Asked<Answer>>
}

const MIGRATIONS = 'apply the files of migrations/ in the SQL editor of the project'

/** What an operator can do about it; such a thing does not pass by itself. */
const ADVICE = new Map([
  [401, 'the project does not take SUPABASE_SERVICE_ROLE_KEY: copy it again from its API keys'],
  [403, `the service role may not use the tables of Kith: ${MIGRATIONS}`],
  [404, `the project lacks the tables or functions of Kith: ${MIGRATIONS}`],
])

/** Says each trouble once, not once a question, and when it is over. */
const createComplaint = (log: SupabaseLog) => {
  let said: string | undefined
  return {
    raise({ message: reason, status }: SupabaseAway): void {
      if (said === reason) return
      said = reason
      const advice = ADVICE.get(status)
      if (advice === undefined) log.warn({ reason }, 'Supabase is away')
      else log.error({ reason }, `Supabase refuses: ${advice}`)
    },
    settle(): void {
      if (said !== undefined) log.info({}, 'Supabase answers again')
      said = undefined
    },
  }
}

/**
 * Never opened, but without one the client can't be made on Node 20, which has no WebSocket. The
 * cast: of overloaded constructors TypeScript compares the last one alone, which takes null.
 */
const transport = WebSocket as unknown as WebSocketLikeConstructor

/** Connects to nothing yet. */
export const openSupabase = ({
  url,
  serviceRoleKey,
  log,
  timeout = 5_000,
}: SupabaseOptions): Supabase => {
  const client = createClient(url, serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: strictFetch(timeout) },
    realtime: { transport },
  })
  const complaint = createComplaint(log)

  const ask = async <Answer>(
    question: PromiseLike<{ data: unknown }>,
    shape: Shape<Answer>,
  ): Promise<Asked<Answer>> => {
    try {
      const parsed = v.safeParse(shape, (await question).data)
      if (!parsed.success) throw new SupabaseAway('an answer of another shape', 200)
      complaint.settle()
      return { outcome: 'answer', answer: parsed.output }
    } catch (error) {
      if (!(error instanceof SupabaseAway)) throw error
      complaint.raise(error)
      return { outcome: 'away' }
    }
  }

  return {
    rows: ({ table, columns, where }, row) => {
      const query = client.from(table).select(columns).match(where)
      return ask(query.retry(false).throwOnError(), v.array(row))
    },
    call: (name, parameters, answer) =>
      ask(client.rpc(name, parameters).retry(false).throwOnError(), answer),
  }
}
