import {
  MAX_PRESENCE_BYTES,
  MAX_UPDATE_BYTES,
  PROTOCOL_VERSION,
  type Seq,
  type Welcome,
} from 'kith-shared'
import type { EpochStep } from './ports.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'

/**
 * The answer to hello, and the cursor that the session starts from. It resumes where its `seq` is
 * of this epoch, not ahead of us, and the rows after it are still there; without one it gets the
 * snapshot, if there is any yet. The road ends with the present epoch's opening state, and so does
 * who comes by it.
 */
export const welcomeOf = (
  state: RoomState,
  session: RoomSession,
  road: readonly EpochStep[] | undefined,
): { welcome: Welcome; cursor: Seq } => {
  const { dialect, stamp } = session
  const seen = dialect.dialect === 'kith' && dialect.epoch === state.epoch ? dialect.seq : 0
  const isThere = seen + 1 >= state.oldest && seen <= state.head
  const hasSnapshot = state.snapshotSeq > 0 || state.epoch > 1
  const resumes = isThere && (seen > 0 || !hasSnapshot)
  const start = road?.at(-1)?.opening.seq ?? 0
  const welcome: Welcome = {
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    user: { id: stamp.id, name: stamp.name, email: stamp.email },
    role: stamp.role,
    workspaceName: state.name,
    schema: state.schema,
    epoch: state.epoch,
    head: state.head,
    follows: road ? 'epochs' : resumes ? 'tail' : 'snapshot',
    limits: { updateBytes: MAX_UPDATE_BYTES, presenceBytes: MAX_PRESENCE_BYTES },
  }
  return { welcome, cursor: resumes && seen > 0 ? seen : start }
}
