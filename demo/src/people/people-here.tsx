import { PresenceIndicator } from 'kith-client/react'
import type { Session } from '../session/session.js'
import { useIsNarrow } from '../workspace/use-is-narrow.js'
import { useFollowing } from './following.js'

/** Avatars beside mine, on a wide screen and on a narrow one. */
const SHOWN = { wide: 4, narrow: 2 }

export const PeopleHere = ({ session }: { session: Session }) => {
  const max = useIsNarrow() ? SHOWN.narrow : SHOWN.wide
  const { userId, toggle } = useFollowing()
  return (
    <PresenceIndicator
      data-testid="people"
      max={max}
      selfName={session.name}
      onPick={toggle}
      picked={userId}
    />
  )
}
