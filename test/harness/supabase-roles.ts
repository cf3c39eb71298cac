/**
 * A database as a Supabase project has it before anything is installed: the roles of its API, and
 * what `postgres` grants to them on whatever it makes from then on.
 */
import pg from 'pg'

/**
 * Until October 2026 new tables and functions of `public` were open to the API's roles by default,
 * and still are where the project wants it; since then they are closed
 * (https://supabase.com/changelog/45329-breaking-change-tables-not-exposed-to-data-and-graphql-api-automatically).
 */
export type DefaultGrants = 'open' | 'closed'

const ROLES = 'anon, authenticated, service_role'

/** Roles belong to the whole PostgreSQL, and stay: of two that make them at once, one waits. */
const MAKE_ROLES = `
  select pg_advisory_xact_lock(8787);
  do $$ begin
    if not exists (select from pg_roles where rolname = 'service_role') then
      create role anon nologin noinherit;
      create role authenticated nologin noinherit;
      create role service_role nologin noinherit bypassrls;
    end if;
  end $$;
  grant usage on schema public to ${ROLES};`

const OPEN = ['tables', 'sequences', 'functions']
  .map((kind) => `alter default privileges in schema public grant all on ${kind} to ${ROLES};`)
  .join('\n')

export const makeSupabaseDatabase = async (url: string, grants: DefaultGrants): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`begin; ${MAKE_ROLES} ${grants === 'open' ? OPEN : ''} commit;`)
  } finally {
    await client.end()
  }
}
