/** A gate before an empty room: judges forged updates one after another, as a room does. */
import { type ScannedUpdate, UpdateScanner, type UserId } from 'kith-shared'
import {
  admit,
  type Sender,
  type UpdateMessage,
  type Verdict,
  type Weighing,
} from '../../../server/core/admission/admit.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { type ForgedUpdate, forge } from '../../harness/forge.js'

export const ana = 'ana' as UserId
export const eve = 'eve' as UserId
export const ANA = 10
export const EVE = 66
/** Eve's second device: its block stands before EVE's, as clients descend. */
export const EVE_TOO = 67

interface HowSent {
  message?: UpdateMessage
  mayAdd?: boolean
  weighing?: Weighing
  /** The batch that holds it, which then stays open. */
  draft?: IndexDraft
}

export class Gate {
  readonly index = new RoomIndex()
  readonly #scanner = new UpdateScanner()

  scan(bytes: Uint8Array): ScannedUpdate {
    const scan = this.#scanner.scan(bytes)
    if (!scan.ok) throw new Error(scan.refusal)
    return scan.update
  }

  judge(user: UserId, bytes: Uint8Array, how: HowSent = {}): Verdict {
    const { message = 'update', mayAdd = true, weighing = 'charged', draft } = how
    const into = draft ?? new IndexDraft(this.index)
    const sender: Sender = { userId: user, role: 'editor', mayAdd }
    const verdict = admit(into, sender, message, bytes, this.scan(bytes), weighing)
    if (verdict.verdict === 'accepted' && !draft) into.fold()
    return verdict
  }

  /** In a word: the verdict, or why it was refused. */
  say(user: UserId, update: ForgedUpdate, how: HowSent = {}): string {
    const verdict = this.judge(user, forge(update), how)
    return verdict.verdict === 'refused' ? verdict.refusal : verdict.verdict
  }
}
