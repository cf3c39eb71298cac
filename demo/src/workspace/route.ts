import { type ContactId, isContactId } from 'kith-shared'
import { useSyncExternalStore } from 'react'

/** What the address says after `#`, so that a reload and the back button keep the place. */
export type Route =
  | { view: 'contacts' | 'deleted'; contactId: ContactId | undefined }
  | { view: 'new' | 'duplicates' }

/** The contact that is open. */
export const contactIn = (route: Route): ContactId | undefined =>
  'contactId' in route ? route.contactId : undefined

export const parseRoute = (hash: string): Route => {
  const [, view = '', id] = hash.replace(/^#/, '').split('/')
  if (view === 'new' || view === 'duplicates') return { view }
  const contactId = isContactId(id) ? id : undefined
  return { view: view === 'deleted' ? 'deleted' : 'contacts', contactId }
}

export const hashOf = (route: Route): string => {
  if (!('contactId' in route)) return `#/${route.view}`
  return route.contactId === undefined ? `#/${route.view}` : `#/${route.view}/${route.contactId}`
}

export const go = (route: Route): void => {
  if (location.hash === hashOf(route)) return
  location.hash = hashOf(route)
  // The browser's own event comes a task later: until then a deleted contact would still show.
  dispatchEvent(new HashChangeEvent('hashchange'))
}

/** As `go`, without a step for the back button: for moving through the list by keys. */
export const replaceRoute = (route: Route): void => {
  history.replaceState(history.state, '', hashOf(route))
  dispatchEvent(new HashChangeEvent('hashchange'))
}

export const subscribeHash = (changed: () => void): (() => void) => {
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}

export const readHash = (): string => location.hash

export const useRoute = (): Route => parseRoute(useSyncExternalStore(subscribeHash, readHash))
