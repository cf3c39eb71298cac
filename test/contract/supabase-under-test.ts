import { openSupabase, type Supabase } from '../../server/edge/supabase-client.js'
import { type PostgrestServer, SECRET_KEY, startPostgrest } from '../harness/postgrest-server.js'
import { type DefaultGrants, makeSupabaseDatabase } from '../harness/supabase-roles.js'
import { startProxy } from '../harness/tcp-proxy.js'
import { waitFor } from '../harness/wait-for.js'
import { openPostgres, type PostgresUnderTest } from './postgres-under-test.js'

/** A Supabase project with Kith's migrations, reached through a network that can fail. */
export interface SupabaseUnderTest {
  supabase: Supabase
  project: PostgrestServer
  postgres: PostgresUnderTest
  /** The project's address, through the network. */
  url: string
  complaints: { level: string; fields: object; message: string }[]
  /** The same project with another key, or less patience. */
  openWith(options: { serviceRoleKey?: string; timeout?: number }): Supabase
  goAway(): void
  comeBack(): Promise<void>
  close(): Promise<void>
}

export const openProject = async (grants: DefaultGrants = 'closed'): Promise<SupabaseUnderTest> => {
  const postgres = await openPostgres((url) => makeSupabaseDatabase(url, grants))
  const project = await startPostgrest(postgres.direct)
  const target = new URL(project.url)
  const proxy = await startProxy({ target: { host: target.hostname, port: Number(target.port) } })
  const url = `http://${proxy.host}`
  const complaints: SupabaseUnderTest['complaints'] = []
  const complain = (level: string) => (fields: object, message: string) => {
    complaints.push({ level, fields, message })
  }
  const log = { info: complain('info'), warn: complain('warn'), error: complain('error') }
  const openWith: SupabaseUnderTest['openWith'] = (options) =>
    openSupabase({ url, serviceRoleKey: SECRET_KEY, log, ...options })
  const supabase = openWith({})
  return {
    supabase,
    project,
    postgres,
    url,
    complaints,
    openWith,
    goAway: () => proxy.cut(),
    comeBack: async () => {
      proxy.restore()
      // Kept connections that were cut are noticed by use.
      await waitFor(async () => (await fetch(url)).status > 0)
    },
    close: async () => {
      await proxy.close()
      await project.close()
      await postgres.close()
    },
  }
}
