import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { createDirectoryClient, type DirectoryClient } from '../directory/directory-client.js'
import { supabaseToken } from '../supabase/auth.js'
import { fetchDevToken } from './dev-token.js'
import type { Session } from './session.js'
import { signInOffer } from './sign-in-offer.js'
import { TokenSource } from './token-source.js'

/** Who is signed in, and what follows from it. */
export interface Account {
  session: Session
  tokens: TokenSource
  directory: DirectoryClient
  /** Goes into a workspace; `undefined` to the list of them. `entry` as in `Session`. */
  open(workspaceId: string | undefined, entry?: Session['entry']): void
  signOut(): void
}

const Provided = createContext<Account | undefined>(undefined)

export const useAccount = (): Account => {
  const account = useContext(Provided)
  if (!account) throw new Error('no account above')
  return account
}

export interface AccountProviderProps {
  session: Session
  onSession: (session: Session) => void
  /** A token has done what this session's entry asked for. */
  onEntered: (session: Session) => void
  onSignOut: () => void
  children: ReactNode
}

export const AccountProvider = (props: AccountProviderProps) => {
  const { session, onSession, onEntered, onSignOut } = props
  const account = useMemo(() => {
    const tokens: TokenSource = new TokenSource({
      fetchToken: async (signal, isAnotherWanted) => {
        const offer = await signInOffer()
        if (offer.kind === 'supabase') return supabaseToken(offer, session.userId, isAnotherWanted)
        const token = await fetchDevToken(session, signal)
        if (session.entry) onEntered(session)
        return token
      },
      isMember: (token, signal) => isMember(session.workspaceId, token, signal),
    })
    return {
      session,
      tokens,
      directory: createDirectoryClient((signal, refused) => tokens.bearer(signal, refused)),
      open: (workspaceId: string | undefined, entry?: Session['entry']) =>
        onSession({ ...session, workspaceId, entry }),
      signOut: onSignOut,
    }
  }, [session, onSession, onEntered, onSignOut])
  return <Provided.Provider value={account}>{props.children}</Provided.Provider>
}

/** Within a workspace: as above, but signing out asks first where something is not saved. */
export const SignOutGuard = (props: { onSignOut: () => void; children: ReactNode }) => {
  const account = useAccount()
  const guarded = useMemo(
    () => ({ ...account, signOut: props.onSignOut }),
    [account, props.onSignOut],
  )
  return <Provided.Provider value={guarded}>{props.children}</Provided.Provider>
}

const isMember = async (
  workspaceId: string | undefined,
  token: string,
  signal: AbortSignal,
): Promise<boolean | undefined> => {
  if (workspaceId === undefined) return undefined
  const directory = createDirectoryClient(async () => token)
  const answer = await directory.mine(signal)
  if (answer.outcome === 'failed') return undefined
  return answer.value.some(({ id }) => id === workspaceId)
}
