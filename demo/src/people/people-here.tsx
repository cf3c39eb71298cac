import { PresenceIndicator, type PresenceIndicatorProps } from 'kith-client/react'
import type { Session } from '../session/session.js'
import { useIsNarrow } from '../workspace/use-is-narrow.js'
import { useFollowing } from './following.js'
import { PeopleMenu } from './people-menu.js'

type More = NonNullable<PresenceIndicatorProps['renderMore']>

const renderMore: More = (hidden, others) => <PeopleMenu hidden={hidden} others={others} />

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
      renderMore={renderMore}
    />
  )
}
