import type { Workspace } from 'kith-client'
import { useWorkspace } from 'kith-client/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type AwayEvent, awaySince, stepAway, toldAlso } from './away.js'
import type { News } from './news.js'
import { createSeenStore, type SeenStore } from './seen-store.js'

/**
 * Who is live has all rows, but for one case: while the device takes its time with a new epoch, the
 * rows behind that come in later. What came then would be no news any more. In milliseconds.
 */
const SETTLES = 1_000
/** How often it is noted that somebody is here, in milliseconds. */
const NOTED_EVERY = 20_000

export interface UnreadNews {
  news: News | undefined
  dismiss: () => void
}

/** What others did while this person was away, until it is dismissed. */
export const useNews = (
  userId: string,
  workspaceId: string,
  open: string | undefined,
): UnreadNews => {
  const workspace = useWorkspace()
  const store = useMemo(() => createSeenStore(userId, workspaceId), [userId, workspaceId])
  const [news, setNews] = useState<News | undefined>(store.unread)
  const openNow = useRef(open)
  useEffect(() => {
    openNow.current = open
  }, [open])
  useEffect(() => {
    if (!workspace) return
    return followAway(
      workspace,
      store,
      () => openNow.current,
      (told) => setNews((unread) => toldAlso(unread, told)),
    )
  }, [workspace, store])
  useEffect(() => {
    if (news) store.keepUnread(news)
    return store.onRead((seq) => setNews((unread) => unread && unreadAfter(unread, seq)))
  }, [news, store])
  const dismiss = useCallback(() => {
    store.keepUnread(undefined)
    setNews(undefined)
  }, [store])
  return { news, dismiss }
}

const unreadAfter = (unread: News, seq: number): News | undefined =>
  unread.seq <= seq ? undefined : unread

const followAway = (
  workspace: Workspace,
  store: SeenStore,
  open: () => string | undefined,
  tell: (news: News) => void,
): (() => void) => {
  let away = awaySince(store.seen())
  let settling: ReturnType<typeof setTimeout> | undefined
  const step = (event: AwayEvent): void => {
    const next = stepAway(away, event)
    away = next.away
    note()
    if (next.news) tell(next.news)
  }
  const note = (): void => {
    if (away.type === 'here') store.saw({ at: Date.now(), seq: away.seq })
  }
  const settled = (): void => {
    settling = undefined
    step({ type: 'back', now: Date.now(), open: open() })
  }
  const look = (): void => {
    const { state, reason } = workspace.status().connection
    if (state === 'live') {
      // Who was never here has no news to wait for, and may leave at once.
      if (away.type === 'new') settled()
      else if (away.type === 'away') settling ??= setTimeout(settled, SETTLES)
      return
    }
    clearTimeout(settling)
    settling = undefined
    step({ type: 'left', now: Date.now(), byWish: reason === 'disconnected' })
  }
  const ends = [
    workspace.onActivity((activity) => step({ type: 'heard', activity, me: workspace.userId })),
    workspace.onCaughtUp((caughtUp) =>
      step({ type: 'caught-up', caughtUp, known: workspace.contacts.contactIds().length }),
    ),
    workspace.onStatus(look),
  ]
  const noting = setInterval(note, NOTED_EVERY)
  addEventListener('pagehide', note)
  look()
  return () => {
    note()
    clearTimeout(settling)
    clearInterval(noting)
    removeEventListener('pagehide', note)
    for (const end of ends) end()
  }
}
