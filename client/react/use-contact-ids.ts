import {
  type ContactId,
  type ContactQuery,
  type DocumentChange,
  finish,
  type Steps,
  selectInSteps,
} from 'kith-shared'
import { useMemo, useRef } from 'react'
import type { Workspace } from '../index.js'
import { useWorkspace } from './provider.js'
import { goOn, runInSlices } from './run-in-slices.js'
import { shallowEqual } from './shallow-equal.js'
import { useValue } from './use-value.js'

/** What `useContactIds` gives until it has its first answer: this very array. */
export const NOT_LISTED_YET: readonly ContactId[] = Object.freeze([])

/** Contacts that are gone through at once: a few milliseconds, the first time some tens of them. */
const AT_ONCE = 10_000
/** Milliseconds that a render may take for an answer which is nearly there. */
const MOMENT = 4

/**
 * Ids of the contacts that match, in order. The array stays the same while its ids do, and what
 * cannot change the answer (a phone number, where nobody searches) does not ask again.
 *
 * In a workspace of more than 10,000 contacts an answer that takes longer is worked out in slices, and
 * holds nothing up: the last one stays until it is there, `NOT_LISTED_YET` where there was none.
 */
export const useContactIds = (query: ContactQuery = {}): readonly ContactId[] => {
  const shown = useRef<Answer | undefined>(undefined)
  // By its words: the query, and the tags in it, may be written inline.
  const words = JSON.stringify(query)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `words` is all that `query` says
  const view = useMemo(() => contactIdsView(query, shown.current), [words])
  const workspace = useWorkspace()
  const ids = useValue(workspace, view.subscribe, view.read, NOT_LISTED_YET, isSameList)
  // Written while rendering: at worst it is the answer of a render that was thrown away.
  if (workspace && ids !== NOT_LISTED_YET) shown.current = { workspace, revision: -1, ids }
  return ids
}

const isSameList = (a: readonly ContactId[], b: readonly ContactId[]): boolean =>
  a === b || (a !== NOT_LISTED_YET && b !== NOT_LISTED_YET && shallowEqual(a, b))

interface Answer {
  readonly workspace: Workspace
  /** Of the index that it was read from. */
  revision: number
  readonly ids: readonly ContactId[]
}

/**
 * Going through 5,000 contacts costs milliseconds: it is done once a change, however often React asks.
 * `before`: what another query was answered.
 */
const contactIdsView = (query: ContactQuery, before: Answer | undefined) => {
  let last = before
  /** Of what is not answered yet; whoever asks next goes on where it rests. */
  let work: { readonly workspace: Workspace; readonly steps: Steps<void> } | undefined
  function* answer(workspace: Workspace): Steps<void> {
    const ids = yield* selectInSteps(workspace.contacts, query)
    last = { workspace, revision: workspace.contacts.revision, ids }
    work = undefined
  }
  function* rest(workspace: Workspace): Steps<void> {
    while (work?.workspace === workspace && !work.steps.next().done) yield
  }
  return {
    subscribe(workspace: Workspace, changed: () => void): () => void {
      let stop: (() => void) | undefined
      const goOnLater = (): void => {
        if (work === undefined || stop) return
        stop = runInSlices(rest(workspace), () => {
          stop = undefined
          changed()
        })
      }
      const unsubscribe = workspace.contacts.subscribe((changes) => {
        if (changes.some((change) => matters(change, query))) {
          changed()
          return goOnLater()
        }
        const { revision } = workspace.contacts
        // What was told in between, and perhaps not to us yet, may have mattered.
        if (last?.workspace === workspace && last.revision === revision - 1)
          last.revision = revision
      })
      goOnLater()
      return () => {
        stop?.()
        unsubscribe()
      }
    },
    read(workspace: Workspace): readonly ContactId[] {
      const { contacts } = workspace
      const isAnswered = (): boolean =>
        last?.workspace === workspace && last.revision === contacts.revision
      if (!isAnswered()) {
        if (work?.workspace !== workspace) work = { workspace, steps: answer(workspace) }
        if (contacts.contactIds().length <= AT_ONCE) finish(work.steps)
        else goOn(work.steps, MOMENT)
      }
      return last?.workspace === workspace ? last.ids : NOT_LISTED_YET
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
