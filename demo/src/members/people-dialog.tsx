import { useOthers, useSelf } from 'kith-client/react'
import { useAccount } from '../session/account.js'
import { Dialog, focusTitle } from '../workspaces/dialog.js'
import type { Member } from '../workspaces/directory-answers.js'
import { type Failure, notLoadedWords } from '../workspaces/failure.js'
import { NewsLine, useNews } from '../workspaces/news.js'
import { useLoaded } from '../workspaces/use-loaded.js'
import { Invites } from './invites.js'
import { memberOrder, ownersIn } from './member-order.js'
import { MemberRow } from './member-row.js'

export interface PeopleDialogProps {
  workspaceId: string
  name: string
  onClose: () => void
}

/** Who is in, who is here, and, for an owner, who may do what. */
export const PeopleDialog = ({ workspaceId, name, onClose }: PeopleDialogProps) => {
  const { session, directory } = useAccount()
  const self = useSelf()
  const here = useOthers((others) => others.map(({ user }) => user.id))
  // Whoever comes or goes, and a new role of mine, may mean that the list is another.
  const loaded = useLoaded(
    (signal) => directory.members(workspaceId, signal),
    `${[...here].sort().join('\n')} ${self?.role}`,
  )
  const { news, done, failed } = useNews()
  const members = memberOrder(loaded.value ?? [], session.userId)
  const isOwner = roleOf(members, session.userId) === 'owner'
  const nameOf = (userId: string): string =>
    members.find((member) => member.userId === userId)?.name ?? userId
  const changeRole = async (member: Member, role: Member['role']): Promise<void> => {
    const answer = await directory.setRole(workspaceId, member.userId, role)
    if (answer.outcome === 'failed') {
      failed(answer.failure)
      return loaded.reload()
    }
    const { value } = answer
    loaded.change((all) => all.map((one) => (one.userId === value.userId ? value : one)))
    done(`${member.userId === session.userId ? 'You are' : `${value.name} is`} ${an(role)} now`)
  }
  const remove = async (member: Member): Promise<void> => {
    const answer = await directory.remove(workspaceId, member.userId)
    const isGone = answer.outcome === 'done' || answer.failure.reason === 'absent'
    if (!isGone) return failed(answer.failure)
    loaded.change((all) => all.filter((one) => one.userId !== member.userId))
    done(`Removed ${member.name}`)
    // The row that had the focus is gone.
    focusTitle()
  }
  return (
    <Dialog title={`People in ${name}`} onClose={onClose}>
      {isOwner && <NewsLine news={news} />}
      {members.length === 0 && <Waiting failure={loaded.failure} />}
      <ul className="members" aria-label="Members">
        {members.map((member) => (
          <MemberRow
            key={member.userId}
            member={member}
            isSelf={member.userId === session.userId}
            isHere={member.userId === session.userId || here.includes(member.userId)}
            mayManage={isOwner}
            isOnlyOwner={member.role === 'owner' && ownersIn(members) === 1}
            onRole={(role) => changeRole(member, role)}
            onRemove={() => remove(member)}
          />
        ))}
      </ul>
      {isOwner && (
        <Invites
          workspaceId={workspaceId}
          members={members.length}
          nameOf={nameOf}
          done={done}
          failed={failed}
        />
      )}
      {members.length > 0 && !isOwner && (
        <p className="quiet small">An owner can invite people and change what each may do.</p>
      )}
    </Dialog>
  )
}

const roleOf = (members: readonly Member[], userId: string): Member['role'] | undefined =>
  members.find((member) => member.userId === userId)?.role

const an = (role: Member['role']): string => (role === 'viewer' ? 'a viewer' : `an ${role}`)

/** Says why nothing is there; while it is on its way, nothing. */
const Waiting = ({ failure }: { failure: Failure | undefined }) => (
  <p className="quiet members-away" role="status">
    {failure && `${notLoadedWords(failure)} The contacts here go on working without it.`}
  </p>
)
