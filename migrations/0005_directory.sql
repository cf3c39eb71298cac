-- Who is in a workspace, as people change it, and what was done. Each function is one call and one
-- transaction: it judges what the actor may do under the lock that every change of the workspace
-- takes, changes, and says so in the audit. The server calls nothing else, so that every way to the
-- database (a connection, PostgREST) has the same rules.
--
-- Locks, in this order and no other: the workspace's row first (`for no key update`, or `for update`
-- where it goes), then anything of that workspace. commit_batch takes the same row first.

create table invites (
  id uuid primary key default gen_random_uuid(),
  workspace_id text not null references workspaces (id),
  code_hash text not null unique check (code_hash ~ '^[0-9a-f]{64}$'),
  role text not null check (role in ('owner', 'editor', 'viewer')),
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  uses integer not null default 0 check (uses >= 0),
  revoked_at timestamptz(3)
);

create index invites_workspace_id on invites (workspace_id, created_at);

comment on table invites is
  'Links that make whoever follows one a member. A row stays after it expired or was revoked, until its workspace goes or the place is needed.';
comment on column invites.code_hash is
  'SHA-256 of the code, in hex. The code itself is nowhere: who reads this table can''t join by it.';
comment on column invites.role is 'What whoever follows the link becomes. Who is a member already keeps their role.';
comment on column invites.uses is 'How many have joined by it.';

-- A link serves any number of people, so whoever is removed may still hold one, and whoever gets a
-- lesser role could leave and follow it to have the old one back. Who loses something by an owner's
-- act can't use the links that are open by then; new ones are made for them on purpose. And the links
-- that somebody made as an owner end when they own the workspace no more.
create table invite_exclusions (
  invite_id uuid not null references invites (id) on delete cascade,
  user_id text not null,
  primary key (invite_id, user_id)
);

comment on table invite_exclusions is
  'Who can''t join by a link: they were removed, or given a lesser role, after it was made. Goes with the link.';

-- No foreign key: what was done to a workspace must be found after it is gone.
create table audit_log (
  id uuid primary key default gen_random_uuid(),
  at timestamptz(3) not null default now(),
  event text not null,
  workspace_id text,
  user_id text,
  subject_id text,
  address text,
  reason text,
  detail jsonb,
  count integer not null default 1 check (count > 0),
  last_at timestamptz(3) not null default now()
);

create index audit_log_workspace_id on audit_log (workspace_id, at);
create index audit_log_user_id on audit_log (user_id, at);
create index audit_log_at on audit_log (at);

comment on table audit_log is
  'Who was kept out, what was refused, who changed what. Never a token, a code, a contact. Delete what is too old by at.';
comment on column audit_log.event is
  'login-refused, request-refused, change-refused, session-closed; workspace-created, workspace-renamed, workspace-deleted, role-changed, member-joined, member-left, member-removed, invite-created, invite-revoked.';
comment on column audit_log.workspace_id is 'As it was asked for. Null where none was, or no valid id.';
comment on column audit_log.user_id is 'Who acted or tried. Null where no token was good.';
comment on column audit_log.subject_id is 'The member or the invite that it is about.';
comment on column audit_log.address is 'The peer''s address. Null where the change was judged in the database.';
comment on column audit_log.reason is 'Why it was refused or ended: a word of the protocol.';
comment on column audit_log.detail is 'What changed: roles and names, before and after.';
comment on column audit_log.count is 'The same again within a minute raises this, and last_at.';

alter table invites enable row level security;
alter table invite_exclusions enable row level security;
alter table audit_log enable row level security;

create function milliseconds(moment timestamptz) returns bigint
language sql immutable set search_path = public, pg_temp
as $$ select (extract(epoch from moment) * 1000)::bigint $$;

create function workspace_summary(actor text, workspace text) returns jsonb
language sql stable set search_path = public, pg_temp
as $$
  select jsonb_build_object(
    'workspaceId', w.id, 'name', w.name, 'role', m.role, 'epoch', w.epoch,
    'members', (select count(*) from workspace_members c where c.workspace_id = w.id),
    'createdAt', milliseconds(w.created_at))
  from workspaces w join workspace_members m on m.workspace_id = w.id and m.user_id = actor
  where w.id = workspace
$$;

create function member_summary(workspace text, member text) returns jsonb
language sql stable set search_path = public, pg_temp
as $$
  select jsonb_build_object(
    'userId', m.user_id, 'name', m.name, 'email', m.email, 'role', m.role,
    'joinedAt', milliseconds(m.created_at))
  from workspace_members m where m.workspace_id = workspace and m.user_id = member
$$;

create function invite_summary(i invites) returns jsonb
language sql stable set search_path = public, pg_temp
as $$
  select jsonb_build_object(
    'inviteId', i.id, 'role', i.role, 'createdBy', i.created_by,
    'createdAt', milliseconds(i.created_at), 'expiresAt', milliseconds(i.expires_at),
    'uses', i.uses)
$$;

create function audit_change(
  event text, workspace text, actor text, subject text default null, detail jsonb default null
) returns void
language sql set search_path = public, pg_temp
as $$
  insert into audit_log (event, workspace_id, user_id, subject_id, detail, at, last_at)
  values (event, workspace, actor, subject, detail, clock_timestamp(), clock_timestamp())
$$;

comment on function audit_change is 'Called by the functions that change the directory, in their own transaction.';

-- The actor's role under the workspace's lock, which lasts until the transaction ends; null where
-- there is no such workspace or the actor is not in it. The row is the lock of the workspace's commits
-- too, and whoever has a token may name any workspace: nobody gets it before it is known that they are
-- in it, and that of a deletion only an owner.
create function lock_workspace(actor text, workspace text, to_delete boolean default false)
returns text
language plpgsql set search_path = public, pg_temp
as $$
declare
  actor_role text;
begin
  select m.role into actor_role from workspace_members m
  where m.workspace_id = workspace and m.user_id = actor;
  if actor_role is null or (to_delete and actor_role <> 'owner') then
    return actor_role;
  end if;
  if to_delete then
    perform from workspaces w where w.id = workspace for update;
  else
    perform from workspaces w where w.id = workspace for no key update;
  end if;
  -- Again, as of now: it may have changed while the lock was waited for.
  select m.role into actor_role from workspace_members m
  where m.workspace_id = workspace and m.user_id = actor;
  return actor_role;
end
$$;

comment on function lock_workspace is
  'Locks a workspace''s row and gives the actor''s role in it as of then; null, and no lock, where they are not in it.';

-- Null where the role is an owner's, else the answer to give.
create function owners_only(actor_role text) returns jsonb
language sql immutable set search_path = public, pg_temp
as $$
  select case
    when actor_role is null then '{"outcome": "not-a-member"}'::jsonb
    when actor_role <> 'owner' then '{"outcome": "not-allowed"}'::jsonb
  end
$$;

create function has_other_owner(workspace text, member text) returns boolean
language sql stable set search_path = public, pg_temp
as $$
  select exists (
    select from workspace_members m
    where m.workspace_id = workspace and m.role = 'owner' and m.user_id <> member)
$$;

-- By invites rather than by time: two changes may have one millisecond.
create function exclude_from_links(workspace text, member text) returns void
language sql set search_path = public, pg_temp
as $$
  insert into invite_exclusions (invite_id, user_id)
  select i.id, member from invites i
  where i.workspace_id = workspace and i.revoked_at is null
    and i.expires_at > clock_timestamp()
  on conflict do nothing
$$;

create function revoke_links_of(actor text, workspace text, maker text) returns void
language plpgsql set search_path = public, pg_temp
as $$
declare
  link uuid;
begin
  for link in
    update invites i set revoked_at = clock_timestamp()
    where i.workspace_id = workspace and i.created_by = maker
      and i.revoked_at is null and i.expires_at > clock_timestamp()
    returning i.id
  loop
    perform audit_change('invite-revoked', workspace, actor, link::text);
  end loop;
end
$$;

create function create_workspace(
  actor text, actor_name text, actor_email text, new_name text, new_schema integer, most integer
) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  new_id text := gen_random_uuid();
begin
  -- There is no row to lock yet: two requests of one person must not both be the last allowed.
  perform pg_advisory_xact_lock(hashtextextended('kith workspaces of ' || actor, 0));
  if (select count(*) from workspace_members m
      where m.user_id = actor and m.role = 'owner') >= most then
    return '{"outcome": "limit"}';
  end if;
  insert into workspaces (id, name, schema) values (new_id, new_name, new_schema);
  insert into workspace_members (workspace_id, user_id, role, name, email)
  values (new_id, actor, 'owner', actor_name, actor_email);
  perform audit_change('workspace-created', new_id, actor, null,
    jsonb_build_object('name', new_name));
  return jsonb_build_object('outcome', 'done', 'workspace', workspace_summary(actor, new_id));
end
$$;

comment on function create_workspace is
  'A new workspace that the actor owns; limit where they own `most` already.';

create function rename_workspace(actor text, workspace text, new_name text) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  denied jsonb := owners_only(lock_workspace(actor, workspace));
  old_name text;
begin
  if denied is not null then
    return denied;
  end if;
  select w.name into old_name from workspaces w where w.id = workspace;
  if old_name <> new_name then
    update workspaces set name = new_name where id = workspace;
    perform audit_change('workspace-renamed', workspace, actor, null,
      jsonb_build_object('from', old_name, 'to', new_name));
  end if;
  return jsonb_build_object('outcome', 'done', 'workspace', workspace_summary(actor, workspace));
end
$$;

create function delete_workspace(actor text, workspace text) returns jsonb
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
  delete from snapshots where workspace_id = workspace;
  delete from journal where workspace_id = workspace;
  delete from client_ids where workspace_id = workspace;
  delete from invites where workspace_id = workspace;
  delete from workspace_members where workspace_id = workspace;
  delete from workspaces where id = workspace;
  perform audit_change('workspace-deleted', workspace, actor, null,
    jsonb_build_object('name', old_name));
  return '{"outcome": "done"}';
end
$$;

comment on function delete_workspace is
  'Removes a workspace with its snapshots, journal, client ids, invites and members, for good. A commit under way ends before; one that waits finds no workspace.';

create function set_member_role(actor text, workspace text, member text, new_role text)
returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  denied jsonb := owners_only(lock_workspace(actor, workspace));
  falling constant text[] := array['owner', 'editor', 'viewer'];
  old_role text;
begin
  if denied is not null then
    return denied;
  end if;
  select m.role into old_role from workspace_members m
  where m.workspace_id = workspace and m.user_id = member;
  if not found then
    return '{"outcome": "absent"}';
  end if;
  if old_role = 'owner' and new_role <> 'owner' and not has_other_owner(workspace, member) then
    return '{"outcome": "last-owner"}';
  end if;
  if old_role <> new_role then
    update workspace_members set role = new_role
    where workspace_id = workspace and user_id = member;
    perform audit_change('role-changed', workspace, actor, member,
      jsonb_build_object('from', old_role, 'to', new_role));
  end if;
  if old_role = 'owner' and new_role <> 'owner' then
    perform revoke_links_of(actor, workspace, member);
  end if;
  if array_position(falling, new_role) > array_position(falling, old_role) then
    perform exclude_from_links(workspace, member);
  end if;
  return jsonb_build_object('outcome', 'done', 'member', member_summary(workspace, member));
end
$$;

create function remove_member(actor text, workspace text, member text) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  actor_role text := lock_workspace(actor, workspace);
  denied jsonb := owners_only(actor_role);
  old_role text;
begin
  -- Everybody may leave.
  if denied is not null and (actor_role is null or actor <> member) then
    return denied;
  end if;
  select m.role into old_role from workspace_members m
  where m.workspace_id = workspace and m.user_id = member;
  if not found then
    return '{"outcome": "absent"}';
  end if;
  if old_role = 'owner' and not has_other_owner(workspace, member) then
    return '{"outcome": "last-owner"}';
  end if;
  delete from workspace_members where workspace_id = workspace and user_id = member;
  perform audit_change(
    case when actor = member then 'member-left' else 'member-removed' end,
    workspace, actor, member, jsonb_build_object('role', old_role));
  if old_role = 'owner' then
    perform revoke_links_of(actor, workspace, member);
  end if;
  -- Who leaves may come back by the link they came by.
  if actor <> member then
    perform exclude_from_links(workspace, member);
  end if;
  return '{"outcome": "done"}';
end
$$;

create function create_invite(
  actor text, workspace text, new_code_hash text, new_role text, valid_until bigint, most integer
) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  denied jsonb := owners_only(lock_workspace(actor, workspace));
  made invites;
begin
  if denied is not null then
    return denied;
  end if;
  if (select count(*) from invites i where i.workspace_id = workspace
      and i.revoked_at is null and i.expires_at > clock_timestamp()) >= most then
    return '{"outcome": "limit"}';
  end if;
  -- Closed ones make place: what they did is in the audit.
  delete from invites i where i.workspace_id = workspace
    and (i.revoked_at is not null or i.expires_at <= clock_timestamp());
  insert into invites (workspace_id, code_hash, role, created_by, created_at, expires_at)
  values (workspace, new_code_hash, new_role, actor, clock_timestamp(),
    to_timestamp(valid_until / 1000.0))
  returning * into made;
  perform audit_change('invite-created', workspace, actor, made.id::text,
    jsonb_build_object('role', new_role, 'expiresAt', valid_until));
  return jsonb_build_object('outcome', 'done', 'invite', invite_summary(made));
end
$$;

comment on function create_invite is
  'valid_until: milliseconds since 1970. limit where `most` invites are open already.';

create function revoke_invite(actor text, workspace text, invite text) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  denied jsonb := owners_only(lock_workspace(actor, workspace));
begin
  if denied is not null then
    return denied;
  end if;
  update invites i set revoked_at = clock_timestamp()
  where i.workspace_id = workspace and i.id::text = invite
    and i.revoked_at is null and i.expires_at > clock_timestamp();
  if not found then
    return '{"outcome": "absent"}';
  end if;
  perform audit_change('invite-revoked', workspace, actor, invite);
  return '{"outcome": "done"}';
end
$$;

create function accept_invite(
  actor text, actor_name text, actor_email text, given_code_hash text, most integer
) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  workspace text;
  open_invite record;
begin
  select i.workspace_id into workspace from invites i where i.code_hash = given_code_hash;
  if not found then
    return '{"outcome": "absent"}';
  end if;
  -- The workspace first: who revokes, removes or deletes meanwhile holds it.
  perform from workspaces w where w.id = workspace for no key update;
  select i.id, i.role into open_invite from invites i
  where i.code_hash = given_code_hash and i.revoked_at is null
    and i.expires_at > clock_timestamp();
  if not found then
    return '{"outcome": "absent"}';
  end if;
  if not exists (select from workspace_members m
      where m.workspace_id = workspace and m.user_id = actor) then
    if exists (select from invite_exclusions e
        where e.invite_id = open_invite.id and e.user_id = actor) then
      return '{"outcome": "absent"}';
    end if;
    if (select count(*) from workspace_members m where m.workspace_id = workspace) >= most then
      return '{"outcome": "limit"}';
    end if;
    insert into workspace_members (workspace_id, user_id, role, name, email)
    values (workspace, actor, open_invite.role, actor_name, actor_email);
    update invites set uses = uses + 1 where id = open_invite.id;
    perform audit_change('member-joined', workspace, actor, actor,
      jsonb_build_object('role', open_invite.role, 'inviteId', open_invite.id));
  end if;
  return jsonb_build_object('outcome', 'done', 'workspace', workspace_summary(actor, workspace));
end
$$;

comment on function accept_invite is
  'Makes the actor a member as the invite says; who is one already keeps their role. absent where no such invite is open or the actor is excluded from it, limit where the workspace has `most` members.';

create function read_workspaces(actor text) returns jsonb
language sql stable set search_path = public, pg_temp
as $$
  select jsonb_build_object('outcome', 'done', 'workspaces', coalesce(
    jsonb_agg(workspace_summary(actor, w.id) order by w.name, w.id), '[]'))
  from workspaces w join workspace_members m on m.workspace_id = w.id and m.user_id = actor
$$;

create function read_workspace(actor text, workspace text) returns jsonb
language sql stable set search_path = public, pg_temp
as $$
  select coalesce(
    (select jsonb_build_object('outcome', 'done', 'workspace', s)
     from workspace_summary(actor, workspace) s where s is not null),
    '{"outcome": "not-a-member"}')
$$;

create function read_members(actor text, workspace text) returns jsonb
language sql stable set search_path = public, pg_temp
as $$
  select case
    when not exists (
      select from workspace_members m where m.workspace_id = workspace and m.user_id = actor)
    then '{"outcome": "not-a-member"}'
    else jsonb_build_object('outcome', 'done', 'members', (
      select jsonb_agg(member_summary(workspace, m.user_id) order by m.created_at, m.user_id)
      from workspace_members m where m.workspace_id = workspace))
  end
$$;

create function read_invites(actor text, workspace text) returns jsonb
language sql stable set search_path = public, pg_temp
as $$
  select coalesce(
    owners_only((select m.role from workspace_members m
      where m.workspace_id = workspace and m.user_id = actor)),
    jsonb_build_object('outcome', 'done', 'invites', (
      select coalesce(jsonb_agg(invite_summary(i) order by i.created_at, i.id), '[]')
      from invites i
      where i.workspace_id = workspace and i.revoked_at is null
        and i.expires_at > statement_timestamp())))
$$;

comment on function read_invites is 'Those that are open, to an owner.';

-- Only the owner of the functions (the server's role) calls them, and Supabase's service role: the
-- actor is a parameter, which no browser may choose.
do $$
declare
  changed text;
  other text;
begin
  foreach changed in array array[
    'milliseconds', 'workspace_summary', 'member_summary', 'invite_summary', 'audit_change',
    'lock_workspace', 'owners_only', 'has_other_owner', 'exclude_from_links', 'revoke_links_of',
    'create_workspace', 'rename_workspace', 'delete_workspace', 'set_member_role', 'remove_member',
    'create_invite', 'revoke_invite', 'accept_invite', 'read_workspaces', 'read_workspace', 'read_members', 'read_invites',
    'commit_batch'
  ] loop
    execute format('revoke execute on function %I from public', changed);
    foreach other in array array['anon', 'authenticated'] loop
      if exists (select from pg_roles where rolname = other) then
        execute format('revoke execute on function %I from %I', changed, other);
      end if;
    end loop;
    if exists (select from pg_roles where rolname = 'service_role') then
      execute format('grant execute on function %I to service_role', changed);
    end if;
  end loop;
end
$$;

insert into schema_migrations (name) values ('0005_directory.sql');
