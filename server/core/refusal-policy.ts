/**
 * What a refusal means for who sent it (SPEC, "Refusals"). Kith's client is told which message and
 * why, and stays. A stock client knows no such message: it is closed, except where it only lacks
 * something (a gap, another's work that we lack), which asks it to send all it has, once.
 */
import type { CloseReason, Refusal, ServerMessage } from 'kith-shared'
import type { UpdateMessage } from './admission/admit.js'
import type { Waiting } from './batch-maker.js'

export interface Consequence {
  messages: ServerMessage[]
  /** Ask for everything beyond our state vector. */
  resync: boolean
  close: CloseReason | undefined
}

export const consequenceOf = (waiting: Waiting, refusal: Refusal): Consequence => {
  const { session } = waiting
  if (waiting.type !== 'update') {
    const close = refusal === 'quota' ? 'client-ids-used-up' : 'refused-change'
    return { messages: [], resync: false, close }
  }
  const resync = session.resync === 'none' && asksForMore(refusal)
  if (session.dialect.dialect === 'kith') {
    const reject: ServerMessage = { type: 'reject', ordinal: waiting.ordinal, reason: refusal }
    return { messages: [reject], resync: resync && refusal === 'gap', close: undefined }
  }
  const tolerated = resync || refusal === 'gap' || isViewersAnswer(waiting.message, refusal)
  return { messages: [], resync, close: tolerated ? undefined : 'refused-change' }
}

const asksForMore = (refusal: Refusal): boolean => refusal === 'gap' || refusal === 'foreign-client'

/** A stock viewer answers SyncStep1 because the protocol says so: ignored, not punished. */
const isViewersAnswer = (message: UpdateMessage, refusal: Refusal): boolean =>
  message === 'sync-step-2' && refusal === 'read-only'
