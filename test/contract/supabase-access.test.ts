/** What the keys and tokens that browsers hold may do in a Supabase project: nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PUBLISHABLE_KEY, SECRET_KEY } from '../harness/postgrest-server.js'
import type { DefaultGrants } from '../harness/supabase-roles.js'
import { openProject, type SupabaseUnderTest } from './supabase-under-test.js'

/** What row security or a missing right comes to over HTTP. */
const CLOSED = [401, 403]

describe.each<DefaultGrants>(['closed', 'open'])(
  'a project whose new tables are %s by default',
  (grants) => {
    let under: SupabaseUnderTest
    let tables: string[]
    let functions: { name: string; parameters: string[] }[]
    beforeAll(async () => {
      under = await openProject(grants)
      const { direct } = under.postgres
      await direct.query("insert into workspaces (id, name, schema) values ('team', 'Team', 1)")
      await direct.query(`insert into workspace_members (workspace_id, user_id, role, name)
        values ('team', 'ana', 'owner', 'Ana')`)
      tables = (
        await direct.query("select tablename from pg_tables where schemaname = 'public'")
      ).rows.map((row) => row.tablename)
      functions = (
        await direct.query(`select proname as name, coalesce(proargnames, '{}') as parameters
          from pg_proc where pronamespace = 'public'::regnamespace
            and prorettype <> 'trigger'::regtype`)
      ).rows
    })
    afterAll(() => under.close())

    const get = (path: string, key: string, token = key) =>
      fetch(`${under.project.url}/rest/v1/${path}`, {
        headers: { apikey: key, authorization: `Bearer ${token}` },
      })
    const post = (name: string, body: object, key: string, token = key) =>
      fetch(`${under.project.url}/rest/v1/rpc/${name}`, {
        method: 'POST',
        headers: {
          apikey: key,
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      })
    /** With the key alone, with the legacy one, and as a user who is the owner of a workspace. */
    const browsers = async (): Promise<[key: string, token: string][]> => {
      const legacy = await under.project.key('anon')
      const ana = await under.project.userToken({ sub: 'ana' })
      return [
        [PUBLISHABLE_KEY, PUBLISHABLE_KEY],
        [legacy, legacy],
        [PUBLISHABLE_KEY, ana],
      ]
    }
    const columnOf = async (table: string): Promise<string> => {
      const { rows } = await under.postgres.direct.query(
        'select column_name from information_schema.columns where table_name = $1 limit 1',
        [table],
      )
      return rows[0].column_name
    }

    it('[P4] shows no row of any table to what browsers hold', async () => {
      expect(tables.length).toBeGreaterThanOrEqual(8)
      for (const table of tables) {
        for (const [key, token] of await browsers()) {
          const response = await get(`${table}?select=${await columnOf(table)}`, key, token)
          const body: unknown = await response.json()
          if (response.status === 200) expect([table, body]).toEqual([table, []])
          else expect([table, CLOSED.includes(response.status)]).toEqual([table, true])
        }
      }
    })

    it('[P4] lets nothing that browsers hold call a function of the directory', async () => {
      expect(functions.length).toBeGreaterThanOrEqual(20)
      for (const { name, parameters } of functions) {
        const body = Object.fromEntries(parameters.map((parameter) => [parameter, null]))
        for (const [key, token] of await browsers()) {
          const { status } = await post(name, body, key, token)
          expect([name, CLOSED.includes(status)]).toEqual([name, true])
        }
      }
      const { rows } = await under.postgres.direct.query('select id from workspaces')
      expect(rows).toEqual([{ id: 'team' }])
    })

    it('[P4] has row security on every table', async () => {
      const { rows } = await under.postgres.direct.query(`select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity`)
      expect(rows).toEqual([])
    })

    it('lets the service role read and change both', async () => {
      const read = await get('workspaces?select=id,name', SECRET_KEY)
      expect(await read.json()).toEqual([{ id: 'team', name: 'Team' }])
      const called = await post('read_workspace', { actor: 'ana', workspace: 'team' }, SECRET_KEY)
      expect(await called.json()).toMatchObject({ outcome: 'done', workspace: { role: 'owner' } })
    })

    it('wants a key that is its own, has not expired, and has not been changed', async () => {
      const { project } = under
      const [head, , signature] = (await project.key('anon')).split('.')
      const claims = Buffer.from('{"role":"service_role","exp":9000000000}').toString('base64url')
      for (const key of ['sb_secret_x', `${head}.${claims}.${signature}`]) {
        expect((await get('workspaces?select=id', key)).status).toBe(401)
      }
      expect((await fetch(`${project.url}/rest/v1/workspaces?select=id`)).status).toBe(401)
    })
  },
)
