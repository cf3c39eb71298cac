import type { MembershipChange } from '../core/ports.js'

/**
 * What this server itself changed in the directory. Supabase tells nothing in time by itself, so
 * this is all that its members' `watch` hears; what others change, the re-check finds.
 */
export interface OwnChanges {
  tell(change: MembershipChange): void
  /** Gives a function that ends it. */
  listen(onChange: (change: MembershipChange) => void): () => void
}

export const createOwnChanges = (): OwnChanges => {
  const listeners = new Set<(change: MembershipChange) => void>()
  return {
    tell: (change) => {
      for (const listener of [...listeners]) listener(change)
    },
    listen: (onChange) => {
      listeners.add(onChange)
      return () => void listeners.delete(onChange)
    },
  }
}
