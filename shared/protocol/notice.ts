import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import { isRole, type Role } from '../roles.js'
import { MESSAGE } from './message-types.js'

/** Something that a person should know, and the connection goes on. */
export type Notice =
  | { type: 'notice'; notice: 'role-changed'; role: Role }
  | { type: 'notice'; notice: 'workspace-renamed'; name: string }
  | { type: 'notice'; notice: 'quota-warning'; text: string }
  /** The server will close; come back after about this many milliseconds. */
  | { type: 'notice'; notice: 'draining'; retryAfter: number }
  /** A notice of a later version. */
  | { type: 'notice'; notice: 'unknown' }

const KINDS = ['role-changed', 'workspace-renamed', 'quota-warning', 'draining'] as const

export const writeNotice = (
  to: encoding.Encoder,
  notice: Exclude<Notice, { notice: 'unknown' }>,
): void => {
  encoding.writeVarUint(to, MESSAGE.notice)
  encoding.writeVarUint(to, KINDS.indexOf(notice.notice))
  switch (notice.notice) {
    case 'role-changed':
      encoding.writeVarString(to, notice.role)
      return
    case 'workspace-renamed':
      encoding.writeVarString(to, notice.name)
      return
    case 'quota-warning':
      encoding.writeVarString(to, notice.text)
      return
    case 'draining':
      encoding.writeVarUint(to, notice.retryAfter)
  }
}

export const readNotice = (from: ByteReader): Notice => {
  const kind = KINDS[from.varUint()]
  switch (kind) {
    case 'role-changed': {
      const role = from.varString()
      if (!isRole(role)) from.fail()
      return { type: 'notice', notice: kind, role: isRole(role) ? role : 'viewer' }
    }
    case 'workspace-renamed':
      return { type: 'notice', notice: kind, name: from.varString() }
    case 'quota-warning':
      return { type: 'notice', notice: kind, text: from.varString() }
    case 'draining':
      return { type: 'notice', notice: kind, retryAfter: from.varUint() }
    default:
      return { type: 'notice', notice: 'unknown' }
  }
}
