import { useState } from 'react'
import { Dialog, focusTitle } from '../dialog/dialog.js'
import { OutcomeLine, useOutcomes } from '../dialog/outcome.js'
import type { Member } from '../directory/directory-answers.js'
import { type Failure, notLoadedWords } from '../directory/failure.js'
import { simplified } from '../list/simplified.js'
import { useAccount } from '../session/account.js'
import { peopleWords } from '../workspaces/role-words.js'
import { Invites } from './invites.js'
import { ownersIn } from './member-order.js'
import { MemberRow } from './member-row.js'
import { useMembers } from './use-members.js'

/** More people than these are looked for by some letters. */
const LOOKED_OVER = 8

export interface PeopleDialogProps {
  workspaceId: string
  name: string
  onClose: () => void
}

/** Who is in, who is here, and, for an owner, who may do what. */
export const PeopleDialog = ({ workspaceId, name, onClose }: PeopleDialogProps) => {
  const { userId } = useAccount().session
  const outcomes = useOutcomes()
  const members = useMembers(workspaceId, outcomes)
  const { list, isOwner } = members
  const [wanted, setWanted] = useState('')
  const shown = called(list, wanted)
  const remove = async (member: Member): Promise<void> => {
    // The row that had the focus is gone then.
    if (await members.remove(member)) focusTitle()
  }
  return (
    <Dialog title={`People in ${name}`} onClose={onClose}>
      {isOwner && <OutcomeLine outcome={outcomes.last} />}
      {isOwner && (
        <Invites
          workspaceId={workspaceId}
          members={list.length}
          nameOf={members.nameOf}
          done={outcomes.done}
          failed={outcomes.failed}
        />
      )}
      {list.length === 0 && <Waiting failure={members.failure} />}
      {list.length > 0 && (
        <div className="members-head">
          <h3>{peopleWords(list.length)}</h3>
          {list.length > LOOKED_OVER && (
            <input
              aria-label="Find a person"
              placeholder="Find a person"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              autoComplete="off"
            />
          )}
        </div>
      )}
      <ul className="members" aria-label="Members">
        {shown.map((member) => (
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
      {list.length > 0 && shown.length === 0 && (
        <p className="quiet small" role="status">
          Nobody here is called that.
        </p>
      )}
      {list.length > 0 && !isOwner && (
        <p className="quiet small">An owner can invite people and change what each may do.</p>
      )}
    </Dialog>
  )
}

const called = (list: readonly Member[], wanted: string): readonly Member[] => {
  const letters = simplified(wanted.trim())
  return list.filter(({ name, email }) => simplified(`${name} ${email ?? ''}`).includes(letters))
}

/** Says why nothing is there; while it is on its way, nothing. */
const Waiting = ({ failure }: { failure: Failure | undefined }) => (
  <p className="quiet members-away" role="status">
    {failure && `${notLoadedWords(failure)} The contacts here go on working without it.`}
  </p>
)
