-- A workspace's row is the lock of its commits. Whoever has a token may name any workspace: they must
-- not get its lock before it is known that they are in it, and that of a deletion only as an owner.

create or replace function lock_workspace(actor text, workspace text, to_delete boolean default false)
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

create or replace function accept_invite(
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

insert into schema_migrations (name) values ('0008_no_lock_for_strangers.sql');
