import { isRole, type Role } from 'kith-shared'
import { Link } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { focusTitle } from '../dialog/dialog.js'
import type { Outcomes } from '../dialog/outcome.js'
import type { Invite } from '../directory/directory-answers.js'
import { useLoaded } from '../directory/use-loaded.js'
import { useAccount } from '../session/account.js'
import { inviteLink } from '../workspaces/place.js'
import { ROLE_MEANS, ROLE_NAMES, ROLES } from '../workspaces/role-words.js'
import { expiryWords, usesWords } from '../workspaces/time-words.js'
import { CopyLink } from './copy-link.js'

/** Hours, and what people say for them. */
const LASTS = [
  [24, '1 day'],
  [168, '7 days'],
  [720, '30 days'],
] as const

export interface InvitesProps extends Pick<Outcomes, 'done' | 'failed'> {
  workspaceId: string
  /** So many are in: whoever joins has used a link. */
  members: number
  /** What a user id's person is called; the id itself for who is gone. */
  nameOf: (userId: string) => string
}

/** Links that let people in. A link is shown once: afterwards not even the server knows it. */
export const Invites = ({ workspaceId, members, nameOf, done, failed }: InvitesProps) => {
  const { directory } = useAccount()
  const loaded = useLoaded((signal) => directory.invites(workspaceId, signal), `${members}`)
  const [made, setMade] = useState<{ inviteId: string; url: string }>()
  const make = async (role: Role, hours: number): Promise<void> => {
    const answer = await directory.invite(workspaceId, role, hours)
    if (answer.outcome === 'failed') return failed(answer.failure)
    const { code, inviteId } = answer.value
    setMade({ inviteId, url: inviteLink(location.origin, code) })
    loaded.reload()
    done('The link is ready. Copy it now: it is not shown again.')
  }
  const revoke = async ({ inviteId }: Invite): Promise<void> => {
    const answer = await directory.revoke(workspaceId, inviteId)
    const isGone = answer.outcome === 'done' || answer.failure.reason === 'absent'
    if (!isGone) return failed(answer.failure)
    loaded.change((all) => all.filter((invite) => invite.inviteId !== inviteId))
    if (made?.inviteId === inviteId) setMade(undefined)
    done('The link no longer works.')
    focusTitle()
  }
  return (
    <section className="invites" aria-labelledby="invites-title">
      <h3 id="invites-title">Invite by link</h3>
      <NewLink onMake={make} />
      {made && <CopyLink key={made.inviteId} url={made.url} />}
      {loaded.value !== undefined && loaded.value.length > 0 && (
        <OpenLinks invites={loaded.value} nameOf={nameOf} onRevoke={revoke} />
      )}
    </section>
  )
}

const NewLink = ({ onMake }: { onMake: (role: Role, hours: number) => Promise<void> }) => {
  const [role, setRole] = useState<Role>('editor')
  const [hours, setHours] = useState(168)
  const [asking, setAsking] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (asking) return
    setAsking(true)
    void onMake(role, hours).finally(() => setAsking(false))
  }
  return (
    <form className="new-link" onSubmit={submit} aria-label="New invite link">
      <label className="labelled">
        <span>Role of who joins</span>
        <select
          value={role}
          onChange={({ target: { value } }) => {
            if (isRole(value)) setRole(value)
          }}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {ROLE_NAMES[one]}: {ROLE_MEANS[one]}
            </option>
          ))}
        </select>
      </label>
      <label className="labelled">
        <span>Expires in</span>
        <select value={hours} onChange={(event) => setHours(Number(event.target.value))}>
          {LASTS.map(([lasts, words]) => (
            <option key={lasts} value={lasts}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="button primary" aria-disabled={asking}>
        <Link aria-hidden="true" size={16} />
        Make a link
      </button>
    </form>
  )
}

interface OpenLinksProps extends Pick<InvitesProps, 'nameOf'> {
  invites: readonly Invite[]
  onRevoke: (invite: Invite) => Promise<void>
}

/** More are asked for: the people below are what the dialog is about. */
const SHOWN = 3

const OpenLinks = ({ invites, nameOf, onRevoke }: OpenLinksProps) => {
  const [areAllShown, setAllShown] = useState(false)
  const newest = [...invites].sort((a, b) => b.createdAt - a.createdAt)
  const shown = areAllShown ? newest : newest.slice(0, SHOWN)
  return (
    <>
      <ul className="open-links" aria-label="Open links">
        {shown.map((invite) => (
          <OpenLink
            key={invite.inviteId}
            invite={invite}
            by={nameOf(invite.createdBy)}
            onRevoke={() => void onRevoke(invite)}
          />
        ))}
      </ul>
      {newest.length > shown.length && (
        <button
          type="button"
          className="link-button flush small"
          onClick={() => {
            setAllShown(true)
            focusTitle()
          }}
        >
          Show all {newest.length} links
        </button>
      )}
    </>
  )
}

const OpenLink = (props: { invite: Invite; by: string; onRevoke: () => void }) => {
  const { role, expiresAt, uses } = props.invite
  const words = `${ROLE_NAMES[role]} link, ${expiryWords(expiresAt, Date.now())}`
  return (
    <li data-testid="invite">
      <span className="row-text">
        <span>{words}</span>
        <span className="row-detail">
          by {props.by} · {usesWords(uses)}
        </span>
      </span>
      <button
        type="button"
        className="button"
        aria-label={`Withdraw ${words}`}
        onClick={props.onRevoke}
      >
        Withdraw
      </button>
    </li>
  )
}
