import { useAccount } from '../session/account.js'
import { Dialog, focusTitle } from '../workspaces/dialog.js'
import type { Member } from '../workspaces/directory-answers.js'
import { type Failure, notLoadedWords } from '../workspaces/failure.js'
import { NewsLine, useNews } from '../workspaces/news.js'
import { Invites } from './invites.js'
import { ownersIn } from './member-order.js'
import { MemberRow } from './member-row.js'
import { useMembers } from './use-members.js'

export interface PeopleDialogProps {
  workspaceId: string
  name: string
  onClose: () => void
}

/** Who is in, who is here, and, for an owner, who may do what. */
export const PeopleDialog = ({ workspaceId, name, onClose }: PeopleDialogProps) => {
  const { userId } = useAccount().session
  const newsroom = useNews()
  const members = useMembers(workspaceId, newsroom)
  const { list, isOwner } = members
  const remove = async (member: Member): Promise<void> => {
    // The row that had the focus is gone then.
    if (await members.remove(member)) focusTitle()
  }
  return (
    <Dialog title={`People in ${name}`} onClose={onClose}>
      {isOwner && <NewsLine news={newsroom.news} />}
      {list.length === 0 && <Waiting failure={members.failure} />}
      <ul className="members" aria-label="Members">
        {list.map((member) => (
          <MemberRow
            key={member.userId}
            member={member}
            isSelf={member.userId === userId}
            isHere={members.isHere(member.userId)}
            mayManage={isOwner}
            isOnlyOwner={member.role === 'owner' && ownersIn(list) === 1}
            onRole={(role) => members.changeRole(member, role)}
            onRemove={() => remove(member)}
          />
        ))}
      </ul>
      {isOwner && (
        <Invites
          workspaceId={workspaceId}
          members={list.length}
          nameOf={members.nameOf}
          done={newsroom.done}
          failed={newsroom.failed}
        />
      )}
      {list.length > 0 && !isOwner && (
        <p className="quiet small">An owner can invite people and change what each may do.</p>
      )}
    </Dialog>
  )
}

/** Says why nothing is there; while it is on its way, nothing. */
const Waiting = ({ failure }: { failure: Failure | undefined }) => (
  <p className="quiet members-away" role="status">
    {failure && `${notLoadedWords(failure)} The contacts here go on working without it.`}
  </p>
)
