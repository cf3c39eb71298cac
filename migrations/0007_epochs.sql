-- A workspace's document is renewed from time to time: its values are written into a fresh document,
-- which begins the next epoch. `seq` runs on. The closing state of the old epoch and the opening
-- state of the new one are snapshots of the same `seq`.

create table epochs (
  workspace_id text not null references workspaces (id),
  epoch integer not null,
  previous integer not null,
  seq bigint not null check (seq >= 0),
  opening_client bigint not null check (opening_client >= 0),
  reason text not null check (reason in ('renewal', 'restore', 'purge')),
  began_at timestamptz(3) not null,
  primary key (workspace_id, epoch)
);

create unique index epochs_previous on epochs (workspace_id, previous);

comment on table epochs is
  'Where each epoch of a workspace began, save for the first. Only begin_epoch writes here.';
comment on column epochs.previous is 'The epoch that ended there.';
comment on column epochs.seq is
  'The last row of the epoch before: its closing state and this one''s opening state are the snapshots of this seq.';
comment on column epochs.opening_client is
  'The Yjs client id that the opening state is written under. It belongs to nobody.';
comment on column epochs.reason is
  'renewal: the same values under new ids. restore: those of a past moment. purge: without what was deleted.';

alter table epochs enable row level security;

alter table client_ids add column first_epoch integer;
update client_ids set first_epoch = epoch;
alter table client_ids alter column first_epoch set not null;

comment on column client_ids.first_epoch is
  'The first epoch in which the id was bound: where it is over, and the present epoch has nothing of the id, who knows it brings an earlier epoch''s document.';

-- A room loads the client ids of its own epoch alone.
create index client_ids_epoch on client_ids (workspace_id, epoch);

comment on table client_ids is
  'Which user each Yjs client id belongs to: the one who first used it. Bound before anything about it is relayed. Ids of earlier epochs stay, so that nobody takes over one that is still somebody''s, and a stock client of an earlier epoch is known by its ids. The empty user is the server: its ids wrote opening states.';
comment on column client_ids.epoch is 'The last epoch in which the id was bound.';

-- As before, and: an id that its own user binds again in a later epoch belongs to that one, too.
create or replace function commit_batch(
  batch uuid,
  workspace text,
  known_epoch integer,
  known_head bigint,
  author_ids text[],
  author_names text[],
  updates bytea[],
  checksums bigint[],
  bound_clients bigint[],
  bound_users text[]
) returns timestamptz
language plpgsql
as $$
declare
  present record;
  moment timestamptz(3);
begin
  -- A default of the server, the database or the role must not turn "saved" into "soon".
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  -- Not `for update`: a foreign key that points here need not wait for a commit.
  select w.epoch, w.head into present from workspaces w where w.id = workspace for no key update;
  if not found then
    return null;
  end if;

  if present.epoch <> known_epoch or present.head <> known_head then
    -- Not ours to take, unless this very batch took it before: then its first row is there ...
    if cardinality(updates) > 0 then
      select j.committed_at into moment from journal j
      where j.workspace_id = workspace and j.seq = known_head + 1 and j.batch_id = batch;
      return moment;
    end if;
    -- ... or, where it has no rows, everything that it would have bound is bound.
    select max(c.bound_at) into moment
    from unnest(bound_clients, bound_users) as b (client_id, user_id)
    left join client_ids c
      on c.workspace_id = workspace and c.client_id = b.client_id and c.user_id = b.user_id
        and c.epoch = known_epoch
    having count(*) > 0 and count(*) = count(c.client_id);
    return moment;
  end if;

  if exists (
    select from unnest(bound_clients, bound_users) as b (client_id, user_id)
    join client_ids c on c.workspace_id = workspace and c.client_id = b.client_id
    where c.user_id <> b.user_id
  ) then
    return null;
  end if;

  moment := clock_timestamp();
  insert into client_ids (workspace_id, client_id, user_id, first_epoch, epoch, bound_at)
  select workspace, b.client_id, b.user_id, known_epoch, known_epoch, moment
  from unnest(bound_clients, bound_users) as b (client_id, user_id)
  on conflict (workspace_id, client_id) do update set epoch = excluded.epoch, bound_at = excluded.bound_at
    where client_ids.epoch < excluded.epoch;

  if cardinality(updates) = 0 then
    return coalesce(
      (select max(c.bound_at) from client_ids c
       where c.workspace_id = workspace and c.client_id = any (bound_clients)),
      moment
    );
  end if;

  insert into journal
    (workspace_id, seq, epoch, author_id, author_name, update, checksum, batch_id, committed_at)
  select workspace, known_head + r.number, known_epoch, r.author_id, r.author_name, r.update,
    r.checksum, batch, moment
  from unnest(author_ids, author_names, updates, checksums)
    with ordinality as r (author_id, author_name, update, checksum, number);
  update workspaces set head = known_head + cardinality(updates) where id = workspace;
  return moment;
end
$$;

create function begin_epoch(
  workspace text,
  known_epoch integer,
  known_head bigint,
  closing bytea,
  closing_checksum bigint,
  closing_index bytea,
  closing_index_checksum bigint,
  opening bytea,
  opening_checksum bigint,
  opening_index bytea,
  opening_index_checksum bigint,
  opening_client bigint,
  reason text
) returns integer
language plpgsql set search_path = public, pg_temp
as $$
declare
  present record;
  -- Not just the next number: a backup that is restored must not use one again that a device has
  -- seen. Seconds since 2020 fit until 2088.
  following integer := greatest(known_epoch + 1, floor(extract(epoch from clock_timestamp()))::bigint - 1577836800);
begin
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  select w.epoch, w.head into present from workspaces w where w.id = workspace for no key update;
  if not found or present.epoch <> known_epoch or present.head <> known_head then
    return null;
  end if;
  -- A snapshot of this very state may be there, good or damaged: this one is known to be good.
  insert into snapshots (workspace_id, epoch, seq,
    document, document_checksum, document_index, document_index_checksum)
  values (workspace, known_epoch, known_head, closing, closing_checksum, closing_index, closing_index_checksum),
    (workspace, following, known_head, opening, opening_checksum, opening_index, opening_index_checksum)
  on conflict (workspace_id, epoch, seq) do update set
    document = excluded.document,
    document_checksum = excluded.document_checksum,
    document_index = excluded.document_index,
    document_index_checksum = excluded.document_index_checksum;
  insert into epochs (workspace_id, epoch, previous, seq, opening_client, reason, began_at)
  values (workspace, following, known_epoch, known_head, begin_epoch.opening_client, begin_epoch.reason, clock_timestamp());
  insert into client_ids (workspace_id, client_id, user_id, first_epoch, epoch, bound_at)
  values (workspace, begin_epoch.opening_client, '', following, following, clock_timestamp());
  update workspaces set epoch = following where id = workspace;
  return following;
end
$$;

comment on function begin_epoch is
  'Ends the present epoch and begins the next, in one transaction, synced to disk. Gives its number; null where epoch or head moved, or the workspace is gone.';

-- A room of another server learns of it at once.
create trigger workspace_renewed after update of epoch on workspaces
  for each row when (old.epoch <> new.epoch) execute function tell_workspace_change();

comment on function tell_workspace_change is
  'Tells the servers on the channel kith_directory that a workspace was renamed or deleted, or begins another epoch.';

create or replace function forget_workspace(workspace text) returns void
language plpgsql set search_path = public, pg_temp
as $$
begin
  perform from workspaces w where w.id = workspace for update;
  delete from epochs where workspace_id = workspace;
  delete from snapshots where workspace_id = workspace;
  delete from journal where workspace_id = workspace;
  delete from client_ids where workspace_id = workspace;
  delete from workspaces where id = workspace;
end
$$;

-- What a workspace consists of stands in `forget_workspace` alone.
create or replace function delete_workspace(actor text, workspace text) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  denied jsonb := owners_only(lock_workspace(actor, workspace, true));
  old_name text;
begin
  if denied is not null then
    return denied;
  end if;
  select w.name into old_name from workspaces w where w.id = workspace;
  delete from invites where workspace_id = workspace;
  delete from workspace_members where workspace_id = workspace;
  perform forget_workspace(workspace);
  perform audit_change('workspace-deleted', workspace, actor, null,
    jsonb_build_object('name', old_name));
  return '{"outcome": "done"}';
end
$$;

do $$
declare
  browser text;
begin
  revoke execute on function begin_epoch from public;
  foreach browser in array array['anon', 'authenticated'] loop
    if exists (select from pg_roles where rolname = browser) then
      execute format('revoke all on epochs from %I', browser);
      execute format('revoke execute on function begin_epoch from %I', browser);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'service_role') then
    execute format('grant select, insert, update, delete on epochs to service_role');
    execute format('grant execute on function begin_epoch, forget_workspace to service_role');
  end if;
end
$$;

insert into schema_migrations (name) values ('0007_epochs.sql');
