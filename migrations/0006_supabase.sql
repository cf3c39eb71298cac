-- A Supabase project serves this database to browsers too (PostgREST). Its roles are there before
-- anything is installed, and what they may do with a new table depends on the project's age: until
-- October 2026 everything, since then nothing. Here it is said, so that it is the same everywhere:
-- the service role does what the functions of 0005_directory.sql do; nobody else does anything.
-- Elsewhere the roles are not there, and the grants are left out.

-- Where the directory is in Supabase and the journal is not, each database holds its side of a
-- workspace. This removes the journal's, once the directory's is deleted.
create function forget_workspace(workspace text) returns void
language plpgsql set search_path = public, pg_temp
as $$
begin
  perform from workspaces w where w.id = workspace for update;
  delete from snapshots where workspace_id = workspace;
  delete from journal where workspace_id = workspace;
  delete from client_ids where workspace_id = workspace;
  delete from workspaces where id = workspace;
end
$$;

comment on function forget_workspace is
  'Removes a workspace that has no members here, with its snapshots, journal and client ids, for good.';

do $$
declare
  ours constant text := 'workspaces, workspace_members, journal, client_ids, snapshots, invites, '
    'invite_exclusions, audit_log';
  browser text;
begin
  revoke execute on function forget_workspace from public;
  foreach browser in array array['anon', 'authenticated'] loop
    if exists (select from pg_roles where rolname = browser) then
      execute format('revoke all on %s, schema_migrations from %I', ours, browser);
      execute format('revoke execute on function forget_workspace from %I', browser);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'service_role') then
    execute format('grant select, insert, update, delete on %s to service_role', ours);
  end if;
end
$$;

insert into schema_migrations (name) values ('0006_supabase.sql');
