/**
 * What the core asks of the world outside. Each port is small, says what failure looks like as a
 * value, and has one contract suite (`test/contract`) that the in-memory and the real version
 * both pass. `away` always means: nothing is known to have happened, ask again.
 */
import type { ClientId, Epoch, NoteId, Role, Seq, UserId, WorkspaceId } from 'kith-shared'

/** Who wrote a row: the name is kept as it was then, so that history outlives a membership. */
export interface Author {
  id: UserId
  name: string
}

/** An accepted update, numbered. */
export interface JournalRow {
  seq: Seq
  epoch: Epoch
  author: Author
  /** Milliseconds since 1970, by the database's clock. */
  committedAt: number
  /** A Yjs update, encoding v1. */
  update: Uint8Array
}

/** A client id belongs to the user who first used it, for as long as its epoch lasts. */
export interface Binding {
  clientId: ClientId
  userId: UserId
}

/** A note, and whose session sent its creation. */
export interface NoteAuthor {
  noteId: NoteId
  author: Author
}

/**
 * One compare-and-set: taken only if `epoch` and `head` are still the journal's. Rows get
 * `head + 1` and on. `id` names the batch, so that committing it again after an unknown outcome
 * gives the outcome of the first time and writes nothing twice.
 */
export interface Batch {
  id: string
  workspaceId: WorkspaceId
  epoch: Epoch
  head: Seq
  rows: readonly { author: Author; update: Uint8Array }[]
  bindings: readonly Binding[]
  /** Of the notes that its rows create; absent: of none. Whose a note was said to be, it stays. */
  notes?: readonly NoteAuthor[]
}

export type CommitOutcome =
  /** Synced to disk. `head` is the last row's `seq`; where there were no rows, the batch's own. */
  | { outcome: 'committed'; head: Seq; committedAt: number }
  /** Somebody else moved the head, changed the epoch, or bound one of the ids to another user. */
  | { outcome: 'conflict' }
  /** The outcome is unknown: commit the same batch again. */
  | { outcome: 'away' }

export interface LoadedWorkspace {
  outcome: 'loaded'
  name: string
  schema: number
  epoch: Epoch
  /** How long ago it began, in milliseconds; absent for the first, and where nobody can tell. */
  epochAge?: number | undefined
  head: Seq
  /** The first row of this epoch that is still there; `head + 1` where there is none. */
  oldest: Seq
  /** The newest good snapshot of this epoch: its `seq`, its size, the room's index as of then. */
  snapshot: { seq: Seq; documentBytes: number; index: Uint8Array } | undefined
  /** Every row after the snapshot, in order. */
  tail: JournalRow[]
  /** Of the present epoch, and of the ids that were asked for. */
  bindings: Binding[]
}

export interface Snapshot {
  epoch: Epoch
  seq: Seq
  /** The merged document as one Yjs update, encoding v1. */
  document: Uint8Array
}

export interface Journal {
  /** `owned`: ids whose owner is wanted too, whichever epoch they were bound in. */
  load(
    workspaceId: WorkspaceId,
    owned?: readonly ClientId[],
  ): Promise<LoadedWorkspace | { outcome: 'absent' } | { outcome: 'away' }>
  commit(batch: Batch): Promise<CommitOutcome>
  /**
   * Rows after `after`, in order and without a gap, at least one and about `maxBytes` in all;
   * empty where `after` is the head, or where the next row is gone (then a snapshot covers it).
   */
  readRows(
    workspaceId: WorkspaceId,
    after: Seq,
    maxBytes: number,
  ): Promise<{ outcome: 'rows'; rows: JournalRow[] } | { outcome: 'away' }>
  /** The newest good snapshot, or none yet. */
  readSnapshot(
    workspaceId: WorkspaceId,
  ): Promise<{ outcome: 'snapshot'; snapshot: Snapshot | undefined } | { outcome: 'away' }>
  /** Fenced: `stale` where the epoch changed, or a snapshot at this `seq` or later is there. */
  writeSnapshot(
    workspaceId: WorkspaceId,
    snapshot: Snapshot & { index: Uint8Array },
  ): Promise<{ outcome: 'written' | 'stale' | 'away' }>
}

/** Who wrote notes, as their commits have said: it outlives snapshots, epochs and the history. */
export interface NoteAuthors {
  /** Of those of `noteIds` whose author is known, in any order. */
  find(
    workspaceId: WorkspaceId,
    noteIds: readonly NoteId[],
  ): Promise<{ outcome: 'found'; authors: NoteAuthor[] } | { outcome: 'away' }>
}

/** Why an epoch began: the same values under new ids, a past moment's, or without what was purged. */
export type EpochReason = 'renewal' | 'restore' | 'purge'

/** One compare-and-set: taken only if `epoch` and `head` are still the journal's. */
export interface NewEpoch {
  workspaceId: WorkspaceId
  epoch: Epoch
  head: Seq
  /** The state of `epoch` through `head`. */
  closing: { document: Uint8Array; index: Uint8Array }
  /** What the next epoch begins with, all of it written under `clientId`, which is nobody's. */
  opening: { document: Uint8Array; index: Uint8Array; clientId: ClientId }
  reason: EpochReason
}

/** Where one epoch ended and the next began: both states hold through the same `seq`. */
export interface EpochStep {
  closing: Snapshot
  opening: Snapshot
}

export interface Epochs {
  /**
   * Ends the present epoch and begins the next, in one transaction; its number is greater than any
   * before and was never used for this workspace, also not after a backup was restored. `stale` where
   * epoch or head moved, so also where this very call has done it and its answer was lost.
   */
  begin(
    epoch: NewEpoch,
  ): Promise<{ outcome: 'begun'; epoch: Epoch } | { outcome: 'stale' | 'away' }>
  /**
   * The steps from `from` to the present epoch, in order; none where `from` is the present one.
   * `gone` where the history does not reach back so far, or a state in between is damaged.
   */
  road(
    workspaceId: WorkspaceId,
    from: Epoch,
  ): Promise<{ outcome: 'road'; steps: EpochStep[] } | { outcome: 'gone' } | { outcome: 'away' }>
  /** Which of these ids were bound in an epoch before the present one. */
  earlierIds(
    workspaceId: WorkspaceId,
    clientIds: readonly ClientId[],
  ): Promise<{ outcome: 'ids'; ids: ClientId[] } | { outcome: 'away' }>
}

/** What a verified token says. */
export interface Claims {
  userId: UserId
  name: string
  email: string | null
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface TokenVerifier {
  verify(token: string): Promise<
    | { outcome: 'valid'; claims: Claims }
    | { outcome: 'expired' }
    | { outcome: 'invalid' }
    /** The keys can't be had just now. */
    | { outcome: 'away' }
  >
}

export type FoundMember =
  | { outcome: 'member'; role: Role }
  | { outcome: 'none' }
  | { outcome: 'away' }

export type FoundWorkspace =
  /** The epoch where the one who is asked knows it. */
  | { outcome: 'workspace'; name: string; epoch?: Epoch | undefined }
  | { outcome: 'none' }
  | { outcome: 'away' }

export type MembershipChange =
  /** Came, left, or has another role. */
  | { change: 'member'; workspaceId: WorkspaceId; userId: UserId }
  /** Renamed or deleted, or in another epoch. */
  | { change: 'workspace'; workspaceId: WorkspaceId }
  /** Some changes may have been missed: check all. */
  | { change: 'unknown' }

export interface Members {
  /** `none` both where the workspace does not exist and where the user is not in it. */
  find(workspaceId: WorkspaceId, userId: UserId): Promise<FoundMember>
  findWorkspace(workspaceId: WorkspaceId): Promise<FoundWorkspace>
  /**
   * Tells of every change soon after its commit, whoever made it, until closed. Says `unknown`
   * first of all, when it can't listen any more, and when it can again; in between it is silent.
   */
  watch(onChange: (change: MembershipChange) => void): { close(): Promise<void> }
}

export type PauseReason =
  /** Token and membership are looked up. */
  | 'admission'
  /** Much of it waits for a commit. */
  | 'unsettled'
  | 'too-fast'

/** One WebSocket, as the core's runners see it. */
export interface Socket {
  /** The frame is not copied: nobody writes to it afterwards. */
  send(frame: Uint8Array): void
  /** Safe twice. */
  close(code: number, text: string): void
  /**
   * Somebody is let in: completes an upgrade that waited for it, and reads frames of every size.
   * Before, a few bytes more than a hello end the connection as `too-large`.
   */
  admit(): void
  /** Stops reading until no reason is left; pongs and closes go on. */
  pause(reason: PauseReason): void
  resume(reason: PauseReason): void
  /** Bytes handed to `send` that the kernel has not taken yet. */
  readonly bufferedBytes: number
}

export type SocketFailure = 'heartbeat-lost' | 'slow-reader' | 'too-large' | 'broken-frame'

/** What the socket's edge tells whoever holds the connection. */
export interface SocketListener {
  frame(bytes: Uint8Array): void
  textFrame(): void
  /** A ping or a pong: a cost like any frame's. */
  control(bytes: number): void
  /** Nothing was heard for too long, too much waits unread, or a frame broke the framing. */
  failed(reason: SocketFailure): void
  closed(): void
}

/** A WebSocket upgrade, before anything is decided about it. */
export interface Arrival {
  /** The path's last part, not checked yet. */
  workspaceId: string
  /** `?token=` of a stock client. */
  queryToken: string | undefined
  origin: string | undefined
  /** The client's address, behind proxies that are trusted: for caps, the log and the audit. */
  address: string
}
