/** What happens to a room, and what a room wants done: the two unions of `Room.step`. */
import type {
  AwarenessEntry,
  ClientId,
  CloseReason,
  Epoch,
  Refusal,
  Role,
  Seq,
  UserId,
} from 'kith-shared'
import type { UpdateMessage } from './admission/admit.js'
import type { Road } from './arrivals.js'
import type { DocumentSize } from './documents.js'
import type { ClientSteps } from './index-codec.js'
import type { Batch, CommitOutcome, JournalRow, Snapshot } from './ports.js'
import type { PresenceStamp, SessionId } from './presence.js'
import type { Dialect } from './room-session.js'
import type { RoomState } from './room-state.js'
import type { Difference } from './stock-sync.js'
import type { Candidate, TrialReport } from './trial.js'

export type RoomEvent =
  | { type: 'join'; session: SessionId; dialect: Dialect; stamp: PresenceStamp }
  | { type: 'leave'; session: SessionId }
  | { type: 'update'; session: SessionId; message: UpdateMessage; bytes: Uint8Array }
  | { type: 'sync-step-1'; session: SessionId; stateVector: Uint8Array }
  | { type: 'awareness'; session: SessionId; states: readonly AwarenessEntry[] }
  | { type: 'query-awareness'; session: SessionId }
  /** The membership says otherwise than before. */
  | { type: 'role-changed'; session: SessionId; role: Role }
  /** The same for what waits from sessions that have left. */
  | { type: 'work-role-changed'; userId: UserId; role: Role }
  /** Not a member any more: their sessions end, and what waits from them goes with them. */
  | { type: 'member-removed'; userId: UserId }
  /** The workspace's name, as it is now; often the same. */
  | { type: 'renamed'; name: string }
  /** The outcome of the commit in flight; `away` never comes here, it is tried again outside. */
  | { type: 'commit-done'; outcome: Exclude<CommitOutcome, { outcome: 'away' }> }
  /** After a conflict: the workspace as the journal holds it now. */
  | { type: 'reloaded'; state: RoomState }
  | { type: 'rows-read'; session: SessionId; rows: readonly JournalRow[] }
  | { type: 'snapshot-read'; session: SessionId; snapshot: Snapshot | undefined }
  /** A stock client's answer: all it lacks, through `seq`. */
  | ({ type: 'difference-ready'; session: SessionId } & Difference)
  /** A read failed for good: the session can't be served now. */
  | { type: 'read-failed'; session: SessionId }
  /** More is waiting in its socket than `MAX_BUFFERED_BYTES`. */
  | { type: 'stalled'; session: SessionId }
  /** Its socket has taken what was waiting, after `stalled` or for `when-drained`. */
  | { type: 'drained'; session: SessionId }
  /** The outcome of `snapshot-due`; without a `seq` it failed, and comes due again. */
  | {
      type: 'snapshot-done'
      seq: Seq | undefined
      steps?: ClientSteps
      documentBytes?: number
      size?: DocumentSize
    }
  /** The outcome of `renew`: the next epoch has begun, or has elsewhere; or it failed. */
  | { type: 'renewed'; outcome: 'begun' | 'stale' | 'failed' }
  /** The epoch that the journal was in a moment ago. */
  | { type: 'epoch-seen'; epoch: Epoch }
  /** The outcome of `read-road`. */
  | { type: 'road-read'; session: SessionId; road: Road }
  /** The outcome of `find-earlier-ids`. */
  | { type: 'earlier-ids'; session: SessionId; clientIds: readonly ClientId[] }
  /** What became of the trial with this id; one that can't be had counts as too heavy. */
  | { type: 'trial-done'; id: number; outcome: TrialReport }
  /** About 25 times a second while `wantsTick`. */
  | { type: 'tick' }
  /** Every 20 s: a stock client drops a connection on which nothing arrives for 30 s. */
  | { type: 'keep-alive' }

export type RoomEffect =
  /** One frame, the same bytes to each. */
  | { type: 'send'; sessions: readonly SessionId[]; frame: Uint8Array; droppable: boolean }
  | { type: 'close'; session: SessionId; reason: CloseReason }
  | { type: 'pause'; session: SessionId }
  | { type: 'resume'; session: SessionId }
  | { type: 'commit'; batch: Batch }
  /** Read the journal anew; and who owns these ids, in whichever epoch. */
  | { type: 'reload'; owned: readonly ClientId[] }
  /** Say `drained` as soon as the session's socket has little left to take. */
  | { type: 'when-drained'; session: SessionId }
  | { type: 'read-rows'; session: SessionId; after: Seq }
  | { type: 'read-snapshot'; session: SessionId }
  | { type: 'read-difference'; session: SessionId; stateVector: Uint8Array; through: Seq }
  | { type: 'snapshot-due'; through: Seq }
  /** Write the values through `through` into a fresh document, and begin the next epoch with it. */
  | { type: 'renew'; epoch: Epoch; through: Seq }
  /** The states between that epoch and the present one. */
  | { type: 'read-road'; session: SessionId; from: Epoch }
  /** Which of these ids were bound in an epoch that is over. */
  | { type: 'find-earlier-ids'; session: SessionId; clientIds: readonly ClientId[] }
  /** Try an update on the workspace as it is through `through` (`trial.ts`). */
  | { type: 'trial'; id: number; through: Seq; candidate: Candidate }
  /** For the log and the audit: a change was not taken. */
  | { type: 'refused'; session: SessionId; refusal: Refusal }
