import type { Workspace } from 'kith-client'
import { type ContactId, isContactId } from 'kith-shared'

/**
 * When contacts were last changed, as far as this device has seen it: the document itself holds no
 * times of changes. One made elsewhere counts from its commit, one made here from now on.
 */
export interface ChangedTimes {
  /** Milliseconds since 1970. */
  of(id: ContactId): number | undefined
  /** Grows with each change. */
  version(): number
  onChange(listener: () => void): () => void
}

/** Contacts remembered over a reload, those changed last. */
const KEPT = 2_000
/** Milliseconds between two writes to the device's storage. */
const WRITES = 1_000

const keyOf = (userId: string, workspaceId: string): string =>
  `kith.changed ${JSON.stringify([userId, workspaceId])}`

/** For who takes a workspace off this device. */
export const forgetChangedTimes = (userId: string, workspaceId: string): void => {
  try {
    localStorage.removeItem(keyOf(userId, workspaceId))
  } catch {
    // Blocked: then nothing was kept.
  }
}

/** Follows the workspace until `close`, which writes what is not written yet. */
export const followChanges = (workspace: Workspace): ChangedTimes & { close(): void } => {
  const key = keyOf(workspace.userId, workspace.id)
  const times = new Map(readTimes(key))
  const listeners = new Set<() => void>()
  let version = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = (): void => {
    clearTimeout(timer)
    timer = undefined
    writeTimes(key, times)
  }
  const note = (id: ContactId, at: number): void => {
    if ((times.get(id) ?? 0) >= at) return
    times.set(id, at)
    version += 1
    timer ??= setTimeout(write, WRITES)
    for (const listener of listeners) listener()
  }
  const stops = [
    workspace.contacts.subscribe((changes, { local }) => {
      if (!local) return
      for (const { type, contactId } of changes) {
        // A new one has its time in the document.
        if (type !== 'contact-created') note(contactId, Date.now())
      }
    }),
    workspace.onActivity(({ type, payload, committedAt }) => {
      if (type !== 'contact_created') note(payload.contactId, committedAt ?? Date.now())
    }),
  ]
  // A reload takes nothing down.
  addEventListener('pagehide', write)
  return {
    of: (id) => times.get(id),
    version: () => version,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      for (const stop of stops) stop()
      removeEventListener('pagehide', write)
      if (timer !== undefined) write()
    },
  }
}

const readTimes = (key: string): [ContactId, number][] => {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter(isTime) : []
  } catch {
    return []
  }
}

const isTime = (value: unknown): value is [ContactId, number] =>
  Array.isArray(value) &&
  isContactId(value[0]) &&
  typeof value[1] === 'number' &&
  Number.isFinite(value[1])

const writeTimes = (key: string, times: ReadonlyMap<ContactId, number>): void => {
  const newest = [...times].sort(([, a], [, b]) => b - a).slice(0, KEPT)
  try {
    localStorage.setItem(key, JSON.stringify(newest))
  } catch {
    // Blocked or full: the order then lasts as long as the page.
  }
}

/** Those with a known change among the others by their creation; `ids` newest first. */
export const byChange = (
  ids: readonly ContactId[],
  times: Pick<ChangedTimes, 'of'>,
  createdAt: (id: ContactId) => number,
): readonly ContactId[] => {
  const changed: { id: ContactId; at: number }[] = []
  const others: ContactId[] = []
  // Most were created and no more: they are in order already.
  for (const id of ids) {
    const at = times.of(id)
    if (at !== undefined && at > createdAt(id)) changed.push({ id, at })
    else others.push(id)
  }
  changed.sort((a, b) => b.at - a.at)
  const all: ContactId[] = []
  let from = 0
  for (const { id, at } of changed) {
    for (let other = others[from]; other && createdAt(other) >= at; other = others[++from]) {
      all.push(other)
    }
    all.push(id)
  }
  return all.concat(others.slice(from))
}
