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

alter table invite_exclusions enable row level security;

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

create or replace function set_member_role(
  actor text, workspace text, member text, new_role text
) returns jsonb
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

create or replace function remove_member(actor text, workspace text, member text) returns jsonb
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

create or replace function accept_invite(
  actor text, actor_name text, actor_email text, given_code_hash text, most integer
) returns jsonb
language plpgsql set search_path = public, pg_temp
as $$
declare
  workspace text;
  present_role text;
  open_invite record;
begin
  select i.workspace_id into workspace from invites i where i.code_hash = given_code_hash;
  if not found then
    return '{"outcome": "absent"}';
  end if;
  -- The workspace first: who revokes, removes or deletes meanwhile holds it.
  present_role := lock_workspace(actor, workspace);
  select i.id, i.role into open_invite from invites i
  where i.code_hash = given_code_hash and i.revoked_at is null
    and i.expires_at > clock_timestamp();
  if not found then
    return '{"outcome": "absent"}';
  end if;
  if present_role is null then
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

-- As in 0005_directory.sql and 0006_supabase.sql; functions that were replaced keep their grants.
do $$
declare
  made text;
  browser text;
begin
  foreach made in array array['exclude_from_links', 'revoke_links_of'] loop
    execute format('revoke execute on function %I from public', made);
    foreach browser in array array['anon', 'authenticated'] loop
      if exists (select from pg_roles where rolname = browser) then
        execute format('revoke execute on function %I from %I', made, browser);
      end if;
    end loop;
    if exists (select from pg_roles where rolname = 'service_role') then
      execute format('grant execute on function %I to service_role', made);
    end if;
  end loop;
  foreach browser in array array['anon', 'authenticated'] loop
    if exists (select from pg_roles where rolname = browser) then
      execute format('revoke all on invite_exclusions from %I', browser);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'service_role') then
    grant select, insert, update, delete on invite_exclusions to service_role;
  end if;
end
$$;

insert into schema_migrations (name) values ('0007_links_after_removal.sql');
