import { useSyncExternalStore } from 'react'
import { readHash, subscribeHash } from '../workspace/route.js'

/** What the address says outside an open workspace; inside one `Route` says more. */
export type Place =
  | { view: 'workspace' }
  | { view: 'workspaces' }
  /** The code stands behind `#`, which no browser sends to a server; '' is one that no server knows. */
  | { view: 'invite'; code: string }

const CODE = /^[A-Za-z0-9_-]{8,128}$/

export const parsePlace = (hash: string): Place => {
  const [, view = '', code = ''] = hash.replace(/^#/, '').split('/')
  if (view === 'workspaces') return { view }
  if (view === 'invite') return { view, code: CODE.test(code) ? code : '' }
  return { view: 'workspace' }
}

export const inviteHash = (code: string): string => `#/invite/${code}`

export const inviteLink = (origin: string, code: string): string => `${origin}/${inviteHash(code)}`

export const NO_INVITE = inviteHash('')

export const WORKSPACES = '#/workspaces'

export const goTo = (hash: string): void => {
  location.hash = hash
}

/** Without a step for the back button: a used invite must not be there again. */
export const replacePlace = (hash: string): void => {
  history.replaceState(history.state, '', hash)
  dispatchEvent(new HashChangeEvent('hashchange'))
}

export const usePlace = (): Place => parsePlace(useSyncExternalStore(subscribeHash, readHash))
