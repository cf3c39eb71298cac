/**
 * Until when somebody was in a workspace on this device, for all tabs; and what a tab has told and
 * nobody has read yet, for its reloads.
 */
import * as v from 'valibot'
import type { Seen } from './away.js'
import { isEmpty, type News, NO_NEWS } from './news.js'

const SeenShape = v.object({ at: v.number(), seq: v.number() })

const Values = v.object({ before: v.unknown(), after: v.unknown() })
const Contact = v.object({
  contactId: v.string(),
  what: v.picklist(['changed', 'created', 'deleted', 'restored']),
  changes: v.record(v.string(), Values),
  notes: v.object({ added: v.number(), changed: v.number(), deleted: v.number() }),
})
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const NewsShape = v.object({
  unnamed: v.optional(
    v.object({
      contacts: v.array(Contact),
      counts: v.object({ created: Count, changed: Count, deleted: Count, restored: Count }),
    }),
  ),
  people: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      contacts: v.array(Contact),
      more: v.array(v.string()),
    }),
  ),
  seq: v.number(),
})

export interface SeenStore {
  seen(): Seen | undefined
  /** Never goes back: another tab may have been here longer. */
  saw(seen: Seen): void
  unread(): News | undefined
  /** `undefined`: read. Other tabs of this person then need not tell it either. */
  keepUnread(news: News | undefined): void
  /** Another tab's news were read, through this row. */
  onRead(listener: (seq: number) => void): () => void
}

export const createSeenStore = (userId: string, workspaceId: string): SeenStore => {
  const { seenKey, newsKey, readKey } = keysOf(userId, workspaceId)
  const seen = (): Seen | undefined => read(() => localStorage, seenKey, SeenShape)
  return {
    seen,
    saw: (next) => {
      const last = seen()
      if (last && last.at >= next.at && last.seq >= next.seq) return
      const both = { at: Math.max(last?.at ?? 0, next.at), seq: Math.max(last?.seq ?? 0, next.seq) }
      write(() => localStorage, seenKey, both)
    },
    unread: () => {
      const news = read(() => sessionStorage, newsKey, NewsShape)
      return news && !isEmpty(news) ? news : undefined
    },
    keepUnread: (news) => {
      const last = read(() => sessionStorage, newsKey, NewsShape)
      write(() => sessionStorage, newsKey, news ?? NO_NEWS)
      if (!news && last) write(() => localStorage, readKey, last.seq)
    },
    onRead: (listener) => {
      const hear = ({ key, newValue }: StorageEvent): void => {
        const seq = Number(newValue)
        if (key === readKey && seq > 0) listener(seq)
      }
      addEventListener('storage', hear)
      return () => removeEventListener('storage', hear)
    },
  }
}

/** For who takes a workspace off this device. */
export const forgetSeen = (userId: string, workspaceId: string): void => {
  const { seenKey, newsKey, readKey } = keysOf(userId, workspaceId)
  try {
    localStorage.removeItem(seenKey)
    localStorage.removeItem(readKey)
    sessionStorage.removeItem(newsKey)
  } catch {
    // Blocked: then nothing was kept.
  }
}

const keysOf = (userId: string, workspaceId: string) => {
  // No workspace's id holds a space.
  const place = `${workspaceId} ${userId}`
  return {
    seenKey: `kith.seen ${place}`,
    newsKey: `kith.news ${place}`,
    readKey: `kith.read ${place}`,
  }
}

/** Storage may be blocked, and hold anything; a blocked one throws when it is named. */
const read = <Shape extends v.GenericSchema>(
  storage: () => Storage,
  key: string,
  shape: Shape,
): v.InferOutput<Shape> | undefined => {
  try {
    const found = v.safeParse(shape, JSON.parse(storage().getItem(key) ?? 'null'))
    return found.success ? found.output : undefined
  } catch {
    return undefined
  }
}

const write = (storage: () => Storage, key: string, value: unknown): void => {
  try {
    storage().setItem(key, JSON.stringify(value))
  } catch {
    // Blocked or full: then it lasts as long as the page.
  }
}
