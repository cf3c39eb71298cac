-- Kith's migrations are plain SQL and forward only. The server applies them at start, each in a
-- transaction of its own; by hand:
--   psql --single-transaction --set ON_ERROR_STOP=1 --file migrations/0001_workspaces.sql "$DATABASE_URL"
-- or paste a file into an SQL editor. Either way a file records itself in its last statement, so
-- that the server goes on from there.

create table if not exists schema_migrations (
  name text primary key,
  checksum text,
  applied_at timestamptz not null default now()
);

comment on table schema_migrations is 'Which files of migrations/ this database has.';
comment on column schema_migrations.checksum is
  'SHA-256 of the file, in hex. Null where it was applied by hand: the server fills it in when it next starts.';

-- `head` changes with every commit: the free space on each page keeps those updates in place.
create table workspaces (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null,
  schema integer not null check (schema > 0),
  epoch integer not null default 1 check (epoch > 0),
  head bigint not null default 0 check (head >= 0),
  created_at timestamptz not null default now()
) with (fillfactor = 50);

comment on table workspaces is
  'A workspace is one Yjs document. Its row is the lock under which the journal grows: whoever commits holds it.';
comment on column workspaces.name is 'As people see it. Not in the document: it arrives in the welcome.';
comment on column workspaces.schema is 'The schema number of the document.';
comment on column workspaces.epoch is
  'One life of the document, between two renewals, from 1. A commit for another epoch is refused.';
comment on column workspaces.head is
  'The seq of the last row in the journal, 0 before the first. A commit against another head is refused.';

create table workspace_members (
  workspace_id text not null references workspaces (id) on delete cascade,
  user_id text not null check (length(user_id) between 1 and 255),
  role text not null check (role in ('owner', 'editor', 'viewer')),
  name text not null,
  email text,
  created_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);

create index workspace_members_user_id on workspace_members (user_id);

comment on table workspace_members is 'Who may open a workspace, and as what.';
comment on column workspace_members.user_id is
  'The user id of the token: its claim user_id, else sub, else id.';
comment on column workspace_members.role is
  'owner, editor or viewer. A viewer has presence, and no update of theirs reaches the journal.';
comment on column workspace_members.name is
  'As last known. What others see while the member is there comes from the token.';

-- Row security without a policy: only the tables' owner, as which the server connects, sees rows.
-- Where a database is also served to browsers (PostgREST, Supabase), nothing leaks by default.
alter table schema_migrations enable row level security;
alter table workspaces enable row level security;
alter table workspace_members enable row level security;

insert into schema_migrations (name) values ('0001_workspaces.sql');
