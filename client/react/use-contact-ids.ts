import {
  type ContactId,
  type ContactQuery,
  type DocumentChange,
  selectContactIds,
} from 'kith-shared'
import { useMemo } from 'react'
import type { Workspace } from '../index.js'
import { useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import { useValue } from './use-value.js'

const NONE: readonly ContactId[] = []

/**
 * Ids of the contacts that match, in order. The array stays the same while its ids do, and what
 * cannot change the answer (a phone number, where nobody searches) does not ask again.
 */
export const useContactIds = (query: ContactQuery = {}): readonly ContactId[] => {
  // By its words: the query, and the tags in it, may be written inline.
  const words = JSON.stringify(query)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `words` is all that `query` says
  const view = useMemo(() => contactIdsView(query), [words])
  return useValue(useWorkspace(), view.subscribe, view.read, NONE, shallowEqual)
}

interface Answer {
  readonly workspace: Workspace
  /** Of the index that it was read from. */
  revision: number
  readonly ids: readonly ContactId[]
}

/** Going through 5,000 contacts costs milliseconds: it is done once a change, however often React asks. */
const contactIdsView = (query: ContactQuery) => {
  let last: Answer | undefined
  return {
    subscribe: (workspace: Workspace, changed: () => void): (() => void) =>
      workspace.contacts.subscribe((changes) => {
        if (changes.some((change) => matters(change, query))) return changed()
        const { revision } = workspace.contacts
        // What was told in between, and perhaps not to us yet, may have mattered.
        if (last?.workspace === workspace && last.revision === revision - 1)
          last.revision = revision
      }),
    read(workspace: Workspace): readonly ContactId[] {
      const { revision } = workspace.contacts
      if (last?.workspace === workspace && last.revision === revision) return last.ids
      const ids = selectContactIds(workspace.contacts, query)
      last = { workspace, revision, ids }
      return ids
    },
  }
}

/** Whether a change may alter which contacts match, or their order. */
const matters = (change: DocumentChange, query: ContactQuery): boolean => {
  const { search, tag, tags = [], favorite, sort } = query
  switch (change.type) {
    case 'note-added':
    case 'note-updated':
    case 'note-deleted':
      return false
    case 'contact-updated':
      return Object.keys(change.changes).some(
        (key) =>
          LISTED.test(key) ||
          key === sort ||
          ((tag !== undefined || tags.length > 0) && key.startsWith('tags/')) ||
          (favorite === true && key === 'favorite') ||
          (search !== undefined && SEARCHED.test(key)),
      )
    default:
      return true
  }
}

/** The name breaks ties of every order; deleted and merged contacts are listed apart. */
const LISTED = /^(name|createdAt|deletedAt|mergedInto)$/
const SEARCHED = /^(company$|(emails|phones|tags)\/)/
