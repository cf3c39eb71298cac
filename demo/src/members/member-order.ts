import { ROLES } from 'kith-shared'
import type { Member } from '../directory/directory-answers.js'

/** Me first, then by what they may do, then by name. */
export const memberOrder = (members: readonly Member[], selfId: string): Member[] =>
  [...members].sort(
    (a, b) =>
      Number(b.userId === selfId) - Number(a.userId === selfId) ||
      ROLES.indexOf(a.role) - ROLES.indexOf(b.role) ||
      a.name.localeCompare(b.name) ||
      a.userId.localeCompare(b.userId),
  )

export const ownersIn = (members: readonly Member[]): number =>
  members.filter(({ role }) => role === 'owner').length
