import { Avatar } from 'kith-client/react'
import { isRole, type Role } from 'kith-shared'
import { UserMinus } from 'lucide-react'
import { useState } from 'react'
import { Confirm } from '../dialog/confirm.js'
import type { Member } from '../directory/directory-answers.js'
import { useFocusBack } from '../focus/use-focus-back.js'
import { ROLE_NAMES, ROLES } from '../workspaces/role-words.js'
import { dayWords } from '../workspaces/time-words.js'

export interface MemberRowProps {
  member: Member
  isSelf: boolean
  isHere: boolean
  /** I am an owner. */
  mayManage: boolean
  isOnlyOwner: boolean
  onRole: (role: Role) => Promise<void>
  onRemove: () => Promise<void>
}

export const MemberRow = (props: MemberRowProps) => {
  const { member, isSelf, isHere, mayManage, onRemove } = props
  const [isSure, setSure] = useState(false)
  const remover = useFocusBack(isSure)
  return (
    <li className="member" data-testid="member" data-user={member.userId}>
      <span className="member-face">
        <Avatar id={member.userId} name={member.name} size={36} />
        <span className="kith-status" data-status={isHere ? 'online' : 'offline'} />
      </span>
      {isSure ? (
        <Confirm
          question={`Remove ${member.name}? They are out at once.`}
          act={`Remove ${member.name}`}
          onConfirm={onRemove}
          onCancel={() => setSure(false)}
        />
      ) : (
        <>
          <span className="row-text">
            <span className="row-name">
              {member.name}
              {isSelf && <span className="quiet"> (you)</span>}
            </span>
            <span className="row-detail">
              {presenceOf(props)}
              {member.email && ` · ${member.email}`}
            </span>
          </span>
          {mayManage ? <RoleChoice {...props} /> : <span>{ROLE_NAMES[member.role]}</span>}
          {mayManage && !isSelf && (
            <button
              type="button"
              className="icon-button"
              ref={remover}
              aria-label={`Remove ${member.name}`}
              title={`Remove ${member.name}`}
              onClick={() => setSure(true)}
            >
              <UserMinus aria-hidden="true" size={18} />
            </button>
          )}
          {mayManage && isSelf && <span className="icon-space" />}
        </>
      )}
    </li>
  )
}

const presenceOf = ({ member, isSelf, isHere, mayManage, isOnlyOwner }: MemberRowProps): string => {
  if (isSelf && mayManage && isOnlyOwner) return 'The only owner'
  return isHere ? 'Here now' : `Joined ${dayWords(member.joinedAt)}`
}

/** The server's word counts: until it is there, the choice shows what was asked for, and waits. */
const RoleChoice = ({ member, isSelf, isOnlyOwner, onRole }: MemberRowProps) => {
  const [wanted, setWanted] = useState<Role>()
  const choose = async (role: Role): Promise<void> => {
    if (wanted !== undefined) return
    setWanted(role)
    await onRole(role)
    setWanted(undefined)
  }
  return (
    <select
      className="choice"
      aria-label={isSelf ? 'Your role' : `Role of ${member.name}`}
      value={wanted ?? member.role}
      disabled={isOnlyOwner}
      aria-busy={wanted !== undefined}
      title={isOnlyOwner ? 'A workspace needs an owner: make somebody else one first' : undefined}
      onChange={({ target: { value } }) => {
        if (isRole(value)) void choose(value)
      }}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {ROLE_NAMES[role]}
        </option>
      ))}
    </select>
  )
}
