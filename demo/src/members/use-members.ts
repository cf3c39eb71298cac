import { useOthers, useSelf } from 'kith-client/react'
import type { Role } from 'kith-shared'
import type { Outcomes } from '../dialog/outcome.js'
import type { Member } from '../directory/directory-answers.js'
import type { Failure } from '../directory/failure.js'
import { useLoaded } from '../directory/use-loaded.js'
import { useAccount } from '../session/account.js'
import { withArticle } from '../workspaces/role-words.js'
import { memberOrder } from './member-order.js'

export interface Members {
  /** Myself first; empty until they are loaded. */
  list: readonly Member[]
  isOwner: boolean
  isHere: (userId: string) => boolean
  /** What a user id's person is called; the id itself for who is gone. */
  nameOf: (userId: string) => string
  /** Why the list is not as new as it could be. */
  failure: Failure | undefined
  changeRole: (member: Member, role: Role) => Promise<void>
  /** Resolves with whether they are out. */
  remove: (member: Member) => Promise<boolean>
}

export const useMembers = (workspaceId: string, { done, failed }: Outcomes): Members => {
  const { session, directory } = useAccount()
  const selfId = session.userId
  const role = useSelf()?.role
  const here = useOthers((others) => others.map(({ user }) => user.id))
  // Whoever comes or goes, and a new role of mine, may mean that the list is another.
  const key = `${[...here].sort().join('\n')} ${role}`
  const loaded = useLoaded((signal) => directory.members(workspaceId, signal), key)
  const list = memberOrder(loaded.value ?? [], selfId)
  const find = (userId: string) => list.find((member) => member.userId === userId)
  return {
    list,
    isOwner: find(selfId)?.role === 'owner',
    isHere: (userId) => userId === selfId || here.includes(userId),
    nameOf: (userId) => find(userId)?.name ?? userId,
    failure: loaded.failure,
    changeRole: async (member, wanted) => {
      const answer = await directory.setRole(workspaceId, member.userId, wanted)
      if (answer.outcome === 'failed') {
        failed(answer.failure)
        return loaded.reload()
      }
      const { value } = answer
      loaded.change((all) => all.map((one) => (one.userId === value.userId ? value : one)))
      done(`${value.userId === selfId ? 'You are' : `${value.name} is`} ${withArticle(wanted)} now`)
    },
    remove: async (member) => {
      const answer = await directory.remove(workspaceId, member.userId)
      if (answer.outcome === 'failed' && answer.failure.reason !== 'absent') {
        failed(answer.failure)
        return false
      }
      loaded.change((all) => all.filter((one) => one.userId !== member.userId))
      done(`Removed ${member.name}`)
      return true
    },
  }
}
