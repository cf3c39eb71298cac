-- What is damaged is set apart, and what is older than the history goes.

create table quarantine (
  id bigint generated always as identity primary key,
  workspace_id text not null,
  what text not null check (what in ('row', 'document', 'index')),
  epoch integer not null,
  seq bigint not null,
  bytes bytea not null,
  checksum bigint not null,
  author_id text,
  author_name text,
  committed_at timestamptz(3),
  found_at timestamptz(3) not null default clock_timestamp(),
  reason text not null check (reason in ('checksum', 'builds-on-damage'))
);

create index quarantine_workspace_id on quarantine (workspace_id, epoch, seq);
create index quarantine_found_at on quarantine (found_at);
alter table quarantine alter column bytes set storage external;
alter table quarantine enable row level security;

comment on table quarantine is
  'Stored bytes that do not match their checksum, moved here as they were found, and copies of the rows that can''t be read without them. Nothing here is handed out again. It goes with the history.';
comment on column quarantine.what is 'A row of the journal, or a snapshot''s document or index.';
comment on column quarantine.checksum is 'The one that was stored with the bytes. What was wanted of a document or an index beside a damaged one matches it.';
comment on column quarantine.author_id is 'Of a row: who wrote it.';
comment on column quarantine.reason is
  'checksum: damaged, or part of a snapshot that is. builds-on-damage: a good row, some of which builds on a damaged one; a copy.';

-- Retention counts on a snapshot only once it has been read back and found good.
alter table snapshots add column found_good_at timestamptz(3);
create index snapshots_unchecked on snapshots (workspace_id) where found_good_at is null;

comment on column snapshots.found_good_at is
  'When document and index were read back and matched their checksums. Null: not yet.';

-- Another document or index, or the same bytes written anew, must be read back again.
create function forget_found_good() returns trigger
language plpgsql
as $$
begin
  new.found_good_at := null;
  return new;
end
$$;

create trigger snapshot_written_anew before update of document, document_index on snapshots
  for each row execute function forget_found_good();

-- Each of these moves something only if it is, byte by byte and with its checksum, what was found:
-- whoever reads garbage over a bad wire, or comes second, moves nothing. The key share is against deletion of the
-- workspace, which takes the row for update before it deletes anything.

create function quarantine_row(
  workspace text, row_seq bigint, found_hash bytea, found_checksum bigint
) returns boolean
language plpgsql set search_path = public, pg_temp
as $$
declare
  moved journal;
begin
  perform from workspaces w where w.id = workspace for key share;
  delete from journal j
  where j.workspace_id = workspace and j.seq = row_seq and sha256(j.update) = found_hash
    and j.checksum = found_checksum
  returning * into moved;
  if not found then
    return false;
  end if;
  insert into quarantine (workspace_id, what, epoch, seq, bytes, checksum,
    author_id, author_name, committed_at, reason)
  values (workspace, 'row', moved.epoch, moved.seq, moved.update, moved.checksum,
    moved.author_id, moved.author_name, moved.committed_at, 'checksum');
  perform audit_change('damage-found', workspace, null, moved.author_id,
    jsonb_build_object('what', 'row', 'epoch', moved.epoch, 'seq', moved.seq));
  return true;
end
$$;

create function quarantine_snapshot(
  workspace text, snapshot_epoch integer, snapshot_seq bigint,
  found_hash bytea, found_checksum bigint
) returns boolean
language plpgsql set search_path = public, pg_temp
as $$
declare
  moved snapshots;
begin
  perform from workspaces w where w.id = workspace for key share;
  delete from snapshots s
  where s.workspace_id = workspace and s.epoch = snapshot_epoch and s.seq = snapshot_seq
    and sha256(s.document) = found_hash and s.document_checksum = found_checksum
  returning * into moved;
  if not found then
    return false;
  end if;
  insert into quarantine (workspace_id, what, epoch, seq, bytes, checksum, reason)
  values (workspace, 'document', moved.epoch, moved.seq, moved.document,
      moved.document_checksum, 'checksum'),
    (workspace, 'index', moved.epoch, moved.seq, moved.document_index,
      moved.document_index_checksum, 'checksum');
  perform audit_change('damage-found', workspace, null, null,
    jsonb_build_object('what', 'document', 'epoch', moved.epoch, 'seq', moved.seq));
  return true;
end
$$;

create function quarantine_index(
  workspace text, snapshot_epoch integer, snapshot_seq bigint,
  found_hash bytea, found_checksum bigint, made_index bytea, made_checksum bigint
) returns boolean
language plpgsql set search_path = public, pg_temp
as $$
begin
  perform from workspaces w where w.id = workspace for key share;
  insert into quarantine (workspace_id, what, epoch, seq, bytes, checksum, reason)
  select workspace, 'index', s.epoch, s.seq, s.document_index, s.document_index_checksum, 'checksum'
  from snapshots s
  where s.workspace_id = workspace and s.epoch = snapshot_epoch and s.seq = snapshot_seq
    and sha256(s.document_index) = found_hash and s.document_index_checksum = found_checksum
  for update;
  if not found then
    return false;
  end if;
  update snapshots s set document_index = made_index, document_index_checksum = made_checksum
  where s.workspace_id = workspace and s.epoch = snapshot_epoch and s.seq = snapshot_seq;
  perform audit_change('damage-found', workspace, null, null,
    jsonb_build_object('what', 'index', 'epoch', snapshot_epoch, 'seq', snapshot_seq));
  return true;
end
$$;

create function quarantine_copies(workspace text, row_seqs bigint[]) returns void
language sql set search_path = public, pg_temp
as $$
  insert into quarantine (workspace_id, what, epoch, seq, bytes, checksum,
    author_id, author_name, committed_at, reason)
  select workspace, 'row', j.epoch, j.seq, j.update, j.checksum,
    j.author_id, j.author_name, j.committed_at, 'builds-on-damage'
  from journal j
  where j.workspace_id = workspace and j.seq = any (row_seqs) and not exists (
    select from quarantine q
    where q.workspace_id = workspace and q.what = 'row' and q.seq = j.seq)
$$;

comment on function quarantine_row is 'Moves a damaged row out of the journal. False where it is not what was found.';
comment on function quarantine_snapshot is
  'Moves a snapshot with a damaged document out of the snapshots, its index with it. False where it is not what was found.';
comment on function quarantine_index is
  'Puts an index that was made anew of a good document in the place of a damaged one. False where it is not what was found.';
comment on function quarantine_copies is 'Keeps rows that build on a damaged one beside it. The rows stay.';

-- What a workspace no longer needs. The states of the last `history` stay: a moment's state is a
-- snapshot of its epoch and the rows after it. So of the snapshots from before the history the two
-- newest good ones stay, and all rows after the older of the two; should one of them be found
-- damaged one day, the other still gives every state.
--
-- An epoch that ended before the history goes with all its rows, once both states at its end are
-- known to be good; its closing state goes when what comes after can do without (two good snapshots
-- of an epoch that began before the history, or both states at its end): the road begins behind it
-- then. Where one of the states at its end is damaged, all of it goes at that time: what people have
-- purged must not stay for a flipped bit.
-- Client ids stay for ever: a stock client of an old epoch is known by them.
create function prune_history(workspace text, history interval, most integer default 1000)
returns integer
language plpgsql set search_path = public, pg_temp
as $$
declare
  before constant timestamptz := clock_timestamp() - history;
  present record;
  life record;
  -- The last row of the epoch from before the history, and the snapshots at or before it.
  bound bigint;
  newest bigint;
  anchor bigint;
  is_over boolean;
  can_do_without boolean;
  removed integer := 0;
  step integer;
begin
  select w.epoch, w.head into present from workspaces w where w.id = workspace for key share;
  if not found then
    return 0;
  end if;

  for life in
    select l.epoch, n.epoch as next_epoch, n.seq as last_seq,
      n.began_at as ended_at
    from (
      select e.epoch from epochs e where e.workspace_id = workspace
      union select e.previous from epochs e where e.workspace_id = workspace
      union select present.epoch
    ) l
    left join epochs n on n.workspace_id = workspace and n.previous = l.epoch
    order by l.epoch
  loop
    can_do_without := exists (
        select from epochs e
        where e.workspace_id = workspace and e.epoch > life.epoch and e.began_at < before
          and 2 <= (
            select count(*) from snapshots g
            where g.workspace_id = workspace and g.epoch = e.epoch
              and g.found_good_at is not null))
      or exists (
        select from epochs e
        where e.workspace_id = workspace and e.previous > life.epoch and e.began_at < before
          and 2 = (
            select count(*) from snapshots g
            where g.workspace_id = workspace and g.seq = e.seq and g.found_good_at is not null
              and g.epoch in (e.previous, e.epoch)));
    is_over := coalesce(life.ended_at < before, false) and (can_do_without or 2 = (
      select count(*) from snapshots s
      where s.workspace_id = workspace and s.seq = life.last_seq and s.found_good_at is not null
        and s.epoch in (life.epoch, life.next_epoch)));
    if is_over then
      anchor := life.last_seq;
    else
      select j.seq - 1 into bound from journal j
      where j.workspace_id = workspace and j.epoch = life.epoch and j.committed_at >= before
      order by j.seq limit 1;
      if not found then
        bound := coalesce(life.last_seq, present.head);
      end if;
      select max(g.seq), case when count(*) = 2 then min(g.seq) end into newest, anchor from (
        select s.seq from snapshots s
        where s.workspace_id = workspace and s.epoch = life.epoch and s.seq <= bound
          and s.found_good_at is not null
        order by s.seq desc limit 2) g;
    end if;

    -- The oldest first, so that what is left has no hole.
    delete from journal j
    where j.workspace_id = workspace and j.seq in (
      select o.seq from journal o
      where o.workspace_id = workspace and o.seq <= anchor and o.epoch = life.epoch
        and (is_over or o.committed_at < before)
      order by o.seq limit most - removed);
    get diagnostics step = row_count;
    removed := removed + step;
    if removed >= most then
      return removed;
    end if;

    if is_over then
      delete from snapshots s
      where s.workspace_id = workspace and s.epoch = life.epoch
        and (s.seq < life.last_seq or can_do_without);
      get diagnostics step = row_count;
      removed := removed + step;
      delete from epochs e
      where e.workspace_id = workspace and e.epoch = life.epoch and not exists (
        select from snapshots s where s.workspace_id = workspace and s.epoch = life.epoch);
      continue;
    end if;

    -- Of a day the last one stays, the two newest, and those above. So do both ends of an epoch: the
    -- opening state of one that began in the history is the newest from before its rows, and of the
    -- day of its end the closing state is the last.
    delete from snapshots s
    where s.workspace_id = workspace and s.epoch = life.epoch and (
      s.seq < anchor
      or s.found_good_at is not null
        and s.seq is distinct from anchor
        and s.seq is distinct from newest
        and exists (
          select from snapshots l
          where l.workspace_id = workspace and l.epoch = s.epoch and l.seq > s.seq
            and l.found_good_at is not null
            and (l.created_at at time zone 'UTC')::date = (s.created_at at time zone 'UTC')::date)
        and 2 <= (
          select count(*) from snapshots l
          where l.workspace_id = workspace and l.epoch = s.epoch and l.seq > s.seq
            and l.found_good_at is not null));
    get diagnostics step = row_count;
    removed := removed + step;
  end loop;
  return removed;
end
$$;

comment on function prune_history is
  'Removes what the states of the last `history` do not need, about `most` rows at a time: call it again until it gives 0. Counts on snapshots alone that were found good.';

create function prune_quarantine(history interval, most integer default 1000) returns integer
language plpgsql set search_path = public, pg_temp
as $$
declare
  removed integer;
begin
  delete from quarantine where id in (
    select q.id from quarantine q where q.found_at < clock_timestamp() - history
    order by q.found_at limit most);
  get diagnostics removed = row_count;
  return removed;
end
$$;

create function prune_audit(kept interval, most integer default 1000) returns integer
language plpgsql set search_path = public, pg_temp
as $$
declare
  removed integer;
begin
  delete from audit_log where id in (
    select a.id from audit_log a where a.at < clock_timestamp() - kept order by a.at limit most);
  get diagnostics removed = row_count;
  return removed;
end
$$;

comment on function prune_quarantine is 'Removes what was found longer ago, about `most` at a time.';
comment on function prune_audit is 'Removes older entries of the audit, about `most` at a time.';
comment on table audit_log is
  'Who was kept out, what was refused, who changed what, what was found damaged. Never a token, a code, a contact. Older entries go by AUDIT_RETENTION_DAYS.';
comment on column audit_log.event is
  'login-refused, request-refused, change-refused, session-closed; workspace-created, workspace-renamed, workspace-deleted, role-changed, member-joined, member-left, member-removed, invite-created, invite-revoked; damage-found, whose subject is the author of a damaged row; workspace-imported, workspace-restored, workspace-purged, at a terminal.';

create or replace function forget_workspace(workspace text) returns void
language plpgsql set search_path = public, pg_temp
as $$
begin
  perform from workspaces w where w.id = workspace for update;
  delete from epochs where workspace_id = workspace;
  delete from snapshots where workspace_id = workspace;
  delete from journal where workspace_id = workspace;
  delete from client_ids where workspace_id = workspace;
  delete from quarantine where workspace_id = workspace;
  delete from workspaces where id = workspace;
end
$$;

do $$
declare
  ours constant text := 'quarantine_row, quarantine_snapshot, quarantine_index, quarantine_copies, '
    'prune_history, prune_quarantine, prune_audit, forget_found_good';
  browser text;
begin
  execute format('revoke execute on function %s from public', ours);
  foreach browser in array array['anon', 'authenticated'] loop
    if exists (select from pg_roles where rolname = browser) then
      execute format('revoke all on quarantine from %I', browser);
      execute format('revoke execute on function %s from %I', ours, browser);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'service_role') then
    execute format('grant select, insert, update, delete on quarantine to service_role');
    execute format('grant execute on function %s to service_role', ours);
  end if;
end
$$;

insert into schema_migrations (name) values ('0008_retention.sql');
