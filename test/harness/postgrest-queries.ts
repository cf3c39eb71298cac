/** What PostgREST makes of a request: SQL, run under the token's role, so that its rights decide. */
import pg from 'pg'

export interface Answer {
  status: number
  /** As JSON goes over the wire. */
  body: string
}

export interface RestRequest {
  method: string
  /** Below `/rest/v1/`. */
  path: string
  query: URLSearchParams
  body: string
  /** The token's claims; `role` is the database's role. */
  claims: { role: string }
}

const NAME = /^[a-z_]+$/

/** An error as PostgREST words it (https://docs.postgrest.org/en/v14/references/errors.html). */
export const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  body: JSON.stringify({ code, details: null, hint: null, message }),
})

const statusOf = (code: string, role: string): number => {
  if (code === '42501') return role === 'anon' ? 401 : 403
  if (['42P01', '42883'].includes(code)) return 404
  if (['23503', '23505'].includes(code)) return 409
  if (/^(08|53)/.test(code)) return 503
  return /^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|XX)/.test(code) ? 500 : 400
}

const ofError = (error: unknown, role: string): Answer => {
  if (!(error instanceof pg.DatabaseError)) throw error
  const code = error.code ?? 'XX000'
  return refusal(statusOf(code, role), code, error.message)
}

interface Sql {
  text: string
  values: unknown[]
}

/** `GET /<table>?select=a,b&c=eq.1`; undefined where the table is not there. */
const readSql = async (client: pg.ClientBase, request: RestRequest): Promise<Sql | undefined> => {
  const { rows } = await client.query('select to_regclass($1) is not null as present', [
    `public.${request.path}`,
  ])
  if (!rows[0].present) return undefined
  const columns = (request.query.get('select') ?? '').split(',')
  const filters = [...request.query].filter(([name]) => name !== 'select')
  const wheres = filters.map(([name, filter], index) => {
    if (!filter.startsWith('eq.')) throw new Error(`not modelled: ${name}=${filter}`)
    return `${name} = $${index + 1}`
  })
  for (const name of [...columns, ...filters.map(([name]) => name)]) {
    if (!NAME.test(name)) throw new Error(`not modelled: ${name}`)
  }
  const where = wheres.length === 0 ? '' : `where ${wheres.join(' and ')}`
  return {
    text: `select coalesce(json_agg(r), '[]')::text as body
      from (select ${columns.join(', ')} from public.${request.path} ${where}) r`,
    values: filters.map(([, filter]) => filter.slice('eq.'.length)),
  }
}

/** `POST /rpc/<function>`, parameters by name; undefined where no function takes just those. */
const callSql = async (client: pg.ClientBase, request: RestRequest): Promise<Sql | undefined> => {
  const name = request.path.slice('rpc/'.length)
  const given: Record<string, unknown> = JSON.parse(request.body)
  const { rows } = await client.query<{ names: string[] | null; types: string[] }>(
    `select p.proargnames as names,
       array(select format_type(t, null) from unnest(p.proargtypes) with ordinality as u (t, n)
         order by n) as types
     from pg_proc p where p.proname = $1 and p.pronamespace = 'public'::regnamespace`,
    [name],
  )
  const wanted = Object.keys(given).sort().join()
  const found = rows.find(({ names }) => [...(names ?? [])].sort().join() === wanted)
  if (!found) return undefined
  const list = (found.names ?? []).map(
    (parameter, index) => `${parameter} => ($1::jsonb ->> '${parameter}')::${found.types[index]}`,
  )
  // The parameter is named also where there is nothing to pass.
  const text = `select to_json(public.${name}(${list.join(', ')}))::text as body
    where $1::jsonb is not null`
  return { text, values: [request.body] }
}

const lacking = (request: RestRequest): Answer =>
  request.path.startsWith('rpc/')
    ? refusal(404, 'PGRST202', `Could not find public.${request.path} in the schema cache`)
    : refusal(404, 'PGRST205', `Could not find the table 'public.${request.path}'`)

/** One transaction, `request.jwt.claims` and the role set for it alone. */
export const answerOf = async (pool: pg.Pool, request: RestRequest): Promise<Answer> => {
  const client = await pool.connect()
  try {
    const isCall = request.method === 'POST' && /^rpc\/[a-z_]+$/.test(request.path)
    if (!isCall && !(request.method === 'GET' && NAME.test(request.path))) {
      throw new Error(`not modelled: ${request.method} ${request.path}`)
    }
    const sql = isCall ? await callSql(client, request) : await readSql(client, request)
    if (!sql) return lacking(request)
    await client.query('begin')
    await client.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify(request.claims),
    ])
    await client.query("select set_config('role', $1, true)", [request.claims.role])
    const { rows } = await client.query<{ body: string | null }>(sql.text, sql.values)
    await client.query('commit')
    return { status: 200, body: rows[0]?.body ?? 'null' }
  } catch (error) {
    await client.query('rollback')
    return ofError(error, request.claims.role)
  } finally {
    client.release()
  }
}
