import {
  MAX_PRESENCE_BYTES,
  MAX_UPDATE_BYTES,
  PROTOCOL_VERSION,
  type Seq,
  type Welcome,
} from 'kith-shared'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'

/**
 * The answer to hello, and the cursor that the session starts from. It resumes where its `seq` is
 * of this epoch and not ahead of us; without one it gets the snapshot, if there is any yet.
 */
export const welcomeOf = (
  state: RoomState,
  session: RoomSession,
): { welcome: Welcome; cursor: Seq } => {
  const { dialect, stamp } = session
  const seen = dialect.dialect === 'kith' && dialect.epoch === state.epoch ? dialect.seq : 0
  const resumes = seen <= state.head && (seen > 0 || state.snapshotSeq === 0)
  const welcome: Welcome = {
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    user: { id: stamp.id, name: stamp.name, email: stamp.email },
    role: stamp.role,
    workspaceName: state.name,
    schema: state.schema,
    epoch: state.epoch,
    head: state.head,
    follows: resumes ? 'tail' : 'snapshot',
    limits: { updateBytes: MAX_UPDATE_BYTES, presenceBytes: MAX_PRESENCE_BYTES },
  }
  return { welcome, cursor: resumes ? seen : 0 }
}
