-- Servers listen on the channel kith_directory, so that a removal, another role, a new name or a
-- deletion reaches live sessions at once, whoever made it: the server's own HTTP, another program,
-- or a person with psql. What a server misses, it finds within 30 seconds by itself.

-- A payload is at most 8000 bytes: ids of 64 and 255 characters fit in any script.
create function tell_member_change() returns trigger
language plpgsql
as $$
begin
  if tg_op <> 'INSERT' then
    perform pg_notify('kith_directory', json_build_object(
      'change', 'member', 'workspaceId', old.workspace_id, 'userId', old.user_id)::text);
  end if;
  -- The same words twice in one transaction are sent once.
  if tg_op <> 'DELETE' then
    perform pg_notify('kith_directory', json_build_object(
      'change', 'member', 'workspaceId', new.workspace_id, 'userId', new.user_id)::text);
  end if;
  return null;
end
$$;

create function tell_workspace_change() returns trigger
language plpgsql
as $$
begin
  perform pg_notify('kith_directory', json_build_object(
    'change', 'workspace', 'workspaceId', old.id)::text);
  return null;
end
$$;

create trigger member_came_or_left after insert or delete on workspace_members
  for each row execute function tell_member_change();

create trigger member_changed after update of workspace_id, user_id, role on workspace_members
  for each row
  when ((old.workspace_id, old.user_id, old.role) is distinct from
    (new.workspace_id, new.user_id, new.role))
  execute function tell_member_change();

-- Not at every commit of the journal, which moves the head: a notification takes a lock that all
-- transactions with one share.
create trigger workspace_renamed after update of name on workspaces
  for each row when (old.name is distinct from new.name) execute function tell_workspace_change();

create trigger workspace_deleted after delete on workspaces
  for each row execute function tell_workspace_change();

comment on function tell_member_change is
  'Tells the servers on the channel kith_directory that a user''s membership is another now.';
comment on function tell_workspace_change is
  'Tells the servers on the channel kith_directory that a workspace was renamed or deleted.';

insert into schema_migrations (name) values ('0004_directory_changes.sql');
