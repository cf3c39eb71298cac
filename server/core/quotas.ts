/**
 * What a workspace may hold: bytes of its document, client ids in all and for each user. Whoever
 * nears a bound is told before it is reached (SPEC A5).
 */
import {
  MAX_CLIENT_IDS,
  MAX_CLIENT_IDS_PER_USER,
  MAX_DOCUMENT_BYTES,
  type UserId,
} from 'kith-shared'
import type { IndexDraft } from './index-draft.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'

export interface Quotas {
  documentBytes: number
  clientIds: number
  clientIdsPerUser: number
}

export const QUOTAS: Quotas = {
  documentBytes: MAX_DOCUMENT_BYTES,
  clientIds: MAX_CLIENT_IDS,
  clientIdsPerUser: MAX_CLIENT_IDS_PER_USER,
}

/** Whether a user may have so many client ids more. */
export const mayBind = (draft: IndexDraft, user: UserId, more: number, quotas: Quotas): boolean => {
  const { all, own } = draft.owned(user)
  return all + more <= quotas.clientIds && own + more <= quotas.clientIdsPerUser
}

/** Shares of a quota, in percent, past which it is told; the highest first. */
const LEVELS = [95, 80]

/** Tells each session of each level once. */
export class QuotaWarnings {
  readonly #quotas: Quotas
  readonly #told = new WeakMap<RoomSession, Set<string>>()

  constructor(quotas: Quotas) {
    this.#quotas = quotas
  }

  /** For a session that has written: what it has to know of the document's size, if anything. */
  ofDocument(session: RoomSession, { documentBytes }: RoomState): string | undefined {
    const level = levelOf(documentBytes, this.#quotas.documentBytes)
    if (level === undefined || !this.#isNew(session, `document ${level}`)) return undefined
    const share = Math.min(100, Math.floor((documentBytes / this.#quotas.documentBytes) * 100))
    return `This workspace is ${share}% full. Once it is full, nothing new can be saved in it.`
  }

  /** For a session whose client id was bound. */
  ofClientIds(session: RoomSession, { index }: RoomState): string | undefined {
    const { clientIds, clientIdsPerUser } = this.#quotas
    const own = levelOf(index.owners.countOf(session.stamp.id), clientIdsPerUser)
    const all = levelOf(index.owners.size, clientIds)
    if (own !== undefined && this.#isNew(session, `own ids ${own}`)) {
      return `You have opened this workspace so often that ${own}% of what it allows one person is used. Once all is used, it can’t be opened any more.`
    }
    if (all !== undefined && this.#isNew(session, `ids ${all}`)) {
      return `This workspace has been opened so often that ${all}% of what it allows is used. Once all is used, it can’t be opened any more.`
    }
    return undefined
  }

  #isNew(session: RoomSession, warning: string): boolean {
    const told = this.#told.get(session) ?? new Set<string>()
    this.#told.set(session, told)
    if (told.has(warning)) return false
    told.add(warning)
    return true
  }
}

/** The highest level that `used` has reached. */
const levelOf = (used: number, quota: number): number | undefined =>
  LEVELS.find((level) => used * 100 >= quota * level)
