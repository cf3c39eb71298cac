import type { Workspace } from 'kith-client'
import { useWorkspace } from 'kith-client/react'
import type { DocumentChange } from 'kith-shared'
import { useMemo, useSyncExternalStore } from 'react'

const NONE: readonly string[] = []

/** Every tag of a contact that is not deleted, from A; the same array until that changes. */
export const useTags = (): readonly string[] => {
  const workspace = useWorkspace()
  const view = useMemo(() => tagsView(workspace), [workspace])
  return useSyncExternalStore(view.subscribe, view.read)
}

const tagsView = (workspace: Workspace | undefined) => {
  let tags: readonly string[] | undefined
  return {
    subscribe: (changed: () => void): (() => void) => {
      if (!workspace) return () => undefined
      tags = undefined
      return workspace.contacts.subscribe((changes) => {
        if (!changes.some(touchesTags)) return
        const next = readTags(workspace)
        if (tags !== undefined && tags.join('\n') === next.join('\n')) return
        tags = next
        changed()
      })
    },
    read: (): readonly string[] => {
      tags ??= workspace ? readTags(workspace) : NONE
      return tags
    },
  }
}

const readTags = (workspace: Workspace): readonly string[] => {
  const tags = new Set<string>()
  for (const id of workspace.contacts.contactIds()) {
    const contact = workspace.contacts.contact(id)
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
