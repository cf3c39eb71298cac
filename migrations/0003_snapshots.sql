-- The epoch is part of the key: the closing state of one epoch and the opening state of the next
-- have the same seq.
create table snapshots (
  workspace_id text not null references workspaces (id),
  epoch integer not null,
  seq bigint not null check (seq >= 0),
  document bytea not null,
  document_checksum bigint not null,
  document_index bytea not null,
  document_index_checksum bigint not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, epoch, seq)
);

-- Not compressed, so that a part of it can be read without reading all of it.
alter table snapshots alter column document set storage external;
alter table snapshots alter column document_index set storage external;

comment on table snapshots is
  'The merged state of a workspace through a seq. With the rows after it, the newest good one gives the present; a bad one is skipped for the one before.';
comment on column snapshots.document is 'The merged document as one Yjs update, encoding v1.';
comment on column snapshots.document_checksum is 'crc32 of document, as an unsigned number.';
comment on column snapshots.document_index is
  'What a room holds instead of the document: state vector, owners, clock ranges and their roots, deletions.';
comment on column snapshots.document_index_checksum is 'crc32 of document_index, as an unsigned number.';

alter table snapshots enable row level security;

insert into schema_migrations (name) values ('0003_snapshots.sql');
