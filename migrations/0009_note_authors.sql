-- Who wrote a note. A note itself names nobody, since a browser could write any name there; the rows
-- of the journal name their author, but go with the history, and whoever is sent a snapshot never
-- sees them. So the commit that holds a note's creation says here whose session sent it.

-- No foreign key to the workspaces: the commit holds that row's lock, so none goes meanwhile, and a
-- look-up for each of the 80,000 notes that one message may hold doubles the time of that commit.
create table note_authors (
  workspace_id text not null,
  note_id text not null,
  user_id text not null,
  user_name text not null,
  created_at timestamptz(3) not null,
  primary key (workspace_id, note_id)
);

comment on table note_authors is
  'Who wrote which note. Only commit_batch_with_notes writes here. It outlives epochs and the history, and goes with its workspace, or when the note is purged.';
comment on column note_authors.user_id is
  'The user whose session first sent the note. Whoever writes the same id once more changes nothing here.';
comment on column note_authors.user_name is
  'The author''s name at that time: shown where they are no member any more.';
comment on column note_authors.created_at is 'The time of that commit.';

alter table note_authors enable row level security;

-- A function of its own, so that a commit which creates no note costs what it did. One call is one
-- transaction with the batch's own; a batch that is committed again after an unknown outcome finds
-- its notes there. Of two creations of one id in a batch the first counts.
create function commit_batch_with_notes(
  batch uuid,
  workspace text,
  known_epoch integer,
  known_head bigint,
  author_ids text[],
  author_names text[],
  updates bytea[],
  checksums bigint[],
  bound_clients bigint[],
  bound_users text[],
  note_ids text[],
  note_user_ids text[],
  note_user_names text[]
) returns timestamptz
language plpgsql set search_path = public, pg_temp
as $$
declare
  moment constant timestamptz(3) := commit_batch(batch, workspace, known_epoch, known_head,
    author_ids, author_names, updates, checksums, bound_clients, bound_users);
begin
  if moment is not null then
    insert into note_authors (workspace_id, note_id, user_id, user_name, created_at)
    select workspace, n.note_id, n.user_id, n.user_name, moment
    from unnest(note_ids, note_user_ids, note_user_names)
      with ordinality as n (note_id, user_id, user_name, number)
    order by n.number
    on conflict (workspace_id, note_id) do nothing;
  end if;
  return moment;
end
$$;

comment on function commit_batch_with_notes is
  'commit_batch for a batch that creates notes: says in the same transaction who wrote them.';

create or replace function forget_workspace(workspace text) returns void
language plpgsql set search_path = public, pg_temp
as $$
begin
  perform from workspaces w where w.id = workspace for update;
  delete from epochs where workspace_id = workspace;
  delete from snapshots where workspace_id = workspace;
  delete from journal where workspace_id = workspace;
  delete from client_ids where workspace_id = workspace;
  delete from note_authors where workspace_id = workspace;
  delete from quarantine where workspace_id = workspace;
  delete from workspaces where id = workspace;
end
$$;

do $$
declare
  browser text;
begin
  revoke execute on function commit_batch_with_notes from public;
  foreach browser in array array['anon', 'authenticated'] loop
    if exists (select from pg_roles where rolname = browser) then
      execute format('revoke all on note_authors from %I', browser);
      execute format('revoke execute on function commit_batch_with_notes from %I', browser);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'service_role') then
    execute format('grant select, insert, update, delete on note_authors to service_role');
    execute format('grant execute on function commit_batch_with_notes to service_role');
  end if;
end
$$;

insert into schema_migrations (name) values ('0009_note_authors.sql');
