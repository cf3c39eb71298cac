-- No `on delete cascade` here and on the snapshots: deleting a workspace's row by mistake must not
-- take its journal along. Removing a workspace is an explicit act, table by table.
create table journal (
  workspace_id text not null references workspaces (id),
  seq bigint not null check (seq > 0),
  epoch integer not null,
  author_id text not null,
  author_name text not null,
  update bytea not null,
  checksum bigint not null,
  batch_id uuid not null,
  committed_at timestamptz(3) not null,
  primary key (workspace_id, seq)
);

-- Not compressed: an import's large update would be compressed while its workspace is locked, and
-- PostgreSQL's method costs more time than the bytes it saves (1 MB of text: 18 ms a commit instead
-- of 15; four workspaces at once: 54 commits a second instead of 69).
alter table journal alter column update set storage external;

comment on table journal is
  'A workspace''s accepted updates, numbered by seq without a gap. Only commit_batch writes here.';
comment on column journal.seq is 'From 1, without a gap; runs on across epochs.';
comment on column journal.epoch is 'The life of the document that this update belongs to.';
comment on column journal.author_id is
  'The user whose session sent the update. Who wrote something is what this column says, never what a value says.';
comment on column journal.author_name is 'The author''s name at that time, so that history outlives a membership.';
comment on column journal.update is 'A Yjs update, encoding v1, that passed admission.';
comment on column journal.checksum is 'crc32 of update (the polynomial of zlib), as an unsigned number.';
comment on column journal.batch_id is
  'The commit that wrote the row. Its repetition after an unknown outcome is recognised by it.';
comment on column journal.committed_at is
  'By the database''s clock, taken under the workspace''s lock, so that it does not run backwards along seq.';

create table client_ids (
  workspace_id text not null references workspaces (id),
  client_id bigint not null check (client_id >= 0),
  user_id text not null,
  epoch integer not null,
  bound_at timestamptz(3) not null,
  primary key (workspace_id, client_id)
);

comment on table client_ids is
  'Which user each Yjs client id belongs to: the one who first used it. Bound before anything about it is relayed. Ids of earlier epochs stay, so that nobody takes over one that unsent work still carries.';
comment on column client_ids.epoch is 'The epoch in which the id was bound.';

-- The compare-and-set. One call is one transaction: takes the seqs, writes the rows, binds the
-- client ids. A function rather than one statement of CTEs, because each of its statements sees
-- what was committed while it waited for the lock; a CTE would look for bindings in the past.
create function commit_batch(
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
  insert into client_ids (workspace_id, client_id, user_id, epoch, bound_at)
  select workspace, b.client_id, b.user_id, known_epoch, moment
  from unnest(bound_clients, bound_users) as b (client_id, user_id)
  on conflict (workspace_id, client_id) do nothing;

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

comment on function commit_batch is
  'Commits a batch against a known epoch and head, all of it or nothing, synced to disk. Gives the time of the commit, the first one''s for a batch that was committed before; null where epoch or head moved, the workspace is gone, or one of the client ids belongs to another user.';

alter table journal enable row level security;
alter table client_ids enable row level security;

insert into schema_migrations (name) values ('0002_journal.sql');
