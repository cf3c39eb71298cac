/** Why Supabase could not be asked, in a few words that hold no key, no address and no contact. */
export class SupabaseAway extends Error {
  override name = 'SupabaseAway'
  /** The answer's HTTP status; 0 without an answer. */
  readonly status: number

  constructor(reason: string, status = 0) {
    super(reason)
    this.status = status
  }
}

/** PostgREST's code (`PGRST301`) or PostgreSQL's (`42501`): nothing else of the body is passed on. */
const codeIn = (body: string): string => /"code":\s*"([A-Z0-9]{5,8})"/.exec(body)?.[1] ?? 'no code'

const whyFailed = (error: unknown): string => {
  if (!(error instanceof Error)) return 'the connection failed'
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : 'the connection failed'
}

const readJson = async (response: Response): Promise<string> => {
  const body = await response.text()
  if (response.status !== 200) {
    throw new SupabaseAway(`status ${response.status}, ${codeIn(body)}`, response.status)
  }
  try {
    JSON.parse(body)
  } catch {
    throw new SupabaseAway('an answer that is no JSON', response.status)
  }
  return body
}

/**
 * A `fetch` that gives a whole answer with status 200 and a JSON body within `timeout`
 * milliseconds, or throws `SupabaseAway`. Stricter than postgrest-js, which takes an empty body or
 * an empty 404 for "no rows" (2.109.0, PostgrestBuilder `processResponse`): a proxy in between
 * could so tell us that nobody is a member. Follows no redirect, since the key would go along.
 */
export const strictFetch =
  (timeout: number): typeof fetch =>
  async (input, init) => {
    const signal = AbortSignal.timeout(timeout)
    try {
      const response = await fetch(input, { ...init, signal, redirect: 'error' })
      return new Response(await readJson(response), { status: 200 })
    } catch (error) {
      throw error instanceof SupabaseAway ? error : new SupabaseAway(whyFailed(error))
    }
  }
