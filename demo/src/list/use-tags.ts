import type { Workspace } from 'kith-client'
import { runInSlices, useWorkspace } from 'kith-client/react'
import { type DocumentChange, finish, type Steps } from 'kith-shared'
import { useMemo, useSyncExternalStore } from 'react'

const NONE: readonly string[] = []

/**
 * Every tag of a contact that is not deleted, from A; the same array until that changes. None until
 * they are known where contacts are many.
 */
export const useTags = (): readonly string[] => {
  const workspace = useWorkspace()
  const view = useMemo(() => tagsView(workspace), [workspace])
  return useSyncExternalStore(view.subscribe, view.read)
}

/** Contacts that are looked through while a component renders. */
const AT_ONCE = 10_000
/** And in one step where they are more. */
const STEP = 500

const tagsView = (workspace: Workspace | undefined) => {
  let tags: readonly string[] | undefined
  let stop: (() => void) | undefined
  let isStale = false
  const look = (found: (next: readonly string[]) => void): void => {
    if (!workspace) return
    isStale = stop !== undefined
    if (stop) return
    if (isSmall(workspace)) return found(finish(tagsInSteps(workspace)))
    stop = runInSlices(tagsInSteps(workspace), (next) => {
      stop = undefined
      found(next)
      if (isStale) look(found)
    })
  }
  return {
    subscribe: (changed: () => void): (() => void) => {
      if (!workspace) return () => undefined
      const found = (next: readonly string[]): void => {
        if (tags?.join('\n') === next.join('\n')) return
        tags = next
        changed()
      }
      look(found)
      const unsubscribe = workspace.contacts.subscribe((changes) => {
        if (changes.some(touchesTags)) look(found)
      })
      return () => {
        unsubscribe()
        stop?.()
        stop = undefined
      }
    },
    read: (): readonly string[] => {
      if (tags === undefined && isSmall(workspace)) tags = finish(tagsInSteps(workspace))
      return tags ?? NONE
    },
  }
}

const isSmall = (workspace: Workspace | undefined): workspace is Workspace =>
  workspace !== undefined && workspace.contacts.contactIds().length <= AT_ONCE

function* tagsInSteps({ contacts }: Workspace): Steps<readonly string[]> {
  const tags = new Set<string>()
  for (const [at, id] of contacts.contactIds().entries()) {
    if (at % STEP === 0) yield
    const contact = contacts.contact(id)
    if (contact?.deletedAt === null && contact.mergedInto === null) {
      for (const tag of contact.tags) tags.add(tag)
    }
  }
  return [...tags].sort((a, b) => a.localeCompare(b))
}

const touchesTags = (change: DocumentChange): boolean => {
  switch (change.type) {
    case 'contact-updated':
      return Object.keys(change.changes).some((key) => key.startsWith('tags/'))
    case 'note-added':
    case 'note-updated':
    case 'note-deleted':
      return false
    default:
      return true
  }
}
