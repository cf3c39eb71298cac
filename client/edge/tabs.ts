import type { TabMessage, Tabs } from '../core/ports.js'

/**
 * Tabs of this browser that have the same name: messages by BroadcastChannel, who lives and who
 * leads by Web Locks, which end with their tab however it ends. What is missing is done without:
 * a tab that hears nobody is alone, and one that can't tell who lives leads.
 */
export const browserTabs = (name: string): Tabs => {
  let channel: BroadcastChannel | undefined
  const locks = typeof navigator === 'object' ? (navigator.locks ?? undefined) : undefined
  const ended = new AbortController()
  /** Resolves when this tab's locks are to be given back. */
  const released = new Promise<void>((resolve) => {
    ended.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const whenLocked = (lock: string, act: () => void | Promise<void>): void => {
    const { signal } = ended
    // An aborted request rejects, and so does a page that may not lock (a sandboxed frame).
    locks?.request(`${name}:${lock}`, { signal }, async () => act()).catch(() => undefined)
  }
  return {
    knowsWhoLives: locks !== undefined,
    start(owner, listener) {
      whenLocked(`tab:${owner}`, () => released)
      if (typeof BroadcastChannel !== 'undefined') channel = new BroadcastChannel(name)
      channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => listener(data))
    },
    post(message) {
      if (!ended.signal.aborted) channel?.postMessage(message)
    },
    onLead(what, lead) {
      if (locks === undefined) {
        lead()
        return
      }
      whenLocked(what, () => {
        lead()
        return released
      })
    },
    onGone(owner, gone) {
      whenLocked(`tab:${owner}`, gone)
    },
    takeTurn(what, act) {
      const turn = new AbortController()
      const { signal } = turn
      const over = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      let hasBegun = false
      const begin = (): Promise<void> => {
        if (!signal.aborted && !hasBegun) {
          hasBegun = true
          act()
        }
        return over
      }
      // Ends with its tab, too.
      ended.signal.addEventListener('abort', () => turn.abort(), { signal })
      if (ended.signal.aborted) turn.abort()
      else if (locks === undefined) queueMicrotask(begin)
      // A page that may not lock does without.
      else locks.request(`${name}:turn:${what}`, { signal }, begin).catch(begin)
      return () => turn.abort()
    },
    close() {
      ended.abort()
      channel?.close()
    },
  }
}
