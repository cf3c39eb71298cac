import { useOthers } from 'kith-client/react'
import { useAccount } from '../session/account.js'
import { useSignInOffer } from '../session/sign-in-offer.js'
import { secondPerson } from './second-person.js'

/** Where anybody may be anybody, the quickest way to see two people edit. */
export const SecondTab = () => {
  const { session } = useAccount()
  const isDevelopment = useSignInOffer()?.kind === 'development'
  const isAlone = useOthers((others) => others.length === 0)
  if (!isDevelopment || !isAlone || session.workspaceId === undefined) return null
  const { name, href } = secondPerson(session.userId, session.workspaceId)
  return (
    // Without an opener it is a tab of its own, with a session of its own.
    <a className="button second-tab" href={href} target="_blank" rel="noopener">
      Open a second tab as {name}
    </a>
  )
}
