import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import type { Epoch, Seq } from '../ids.js'
import { isRole, type Role } from '../roles.js'
import { MESSAGE } from './message-types.js'

const FOLLOWS = ['tail', 'snapshot', 'epochs'] as const

/** The answer to hello: who you are here, and where the journal stands. */
export interface Welcome {
  type: 'welcome'
  protocol: number
  user: { id: string; name: string; email: string | null }
  role: Role
  workspaceName: string
  schema: number
  epoch: Epoch
  /** The journal's head: whoever holds all through this `seq` is up to date. */
  head: Seq
  /**
   * What follows: the journal's tail after the `seq` in hello; or a snapshot and then its tail; or
   * the road from `unsentEpoch` to the present one: for each epoch that is over its closing state
   * and the opening state of the next, each as a snapshot, then the tail (of the `seq` in hello where
   * its epoch is the present one, else of the last opening state).
   */
  follows: (typeof FOLLOWS)[number]
  limits: { updateBytes: number; presenceBytes: number }
}

export const writeWelcome = (to: encoding.Encoder, welcome: Welcome): void => {
  encoding.writeVarUint(to, MESSAGE.welcome)
  encoding.writeVarUint(to, welcome.protocol)
  encoding.writeVarString(to, welcome.user.id)
  encoding.writeVarString(to, welcome.user.name)
  encoding.writeVarString(to, welcome.user.email ?? '')
  encoding.writeVarString(to, welcome.role)
  encoding.writeVarString(to, welcome.workspaceName)
  encoding.writeVarUint(to, welcome.schema)
  encoding.writeVarUint(to, welcome.epoch)
  encoding.writeVarUint(to, welcome.head)
  encoding.writeVarUint(to, FOLLOWS.indexOf(welcome.follows))
  encoding.writeVarUint(to, welcome.limits.updateBytes)
  encoding.writeVarUint(to, welcome.limits.presenceBytes)
}

export const readWelcome = (from: ByteReader): Welcome => {
  const protocol = from.varUint()
  const user = { id: from.varString(), name: from.varString(), email: from.varString() || null }
  const role = from.varString()
  if (!isRole(role)) from.fail()
  return {
    type: 'welcome',
    protocol,
    user,
    role: isRole(role) ? role : 'viewer',
    workspaceName: from.varString(),
    schema: from.varUint(),
    epoch: from.varUint(),
    head: from.varUint(),
    follows: FOLLOWS[from.varUint()] ?? 'snapshot',
    limits: { updateBytes: from.varUint(), presenceBytes: from.varUint() },
  }
}
