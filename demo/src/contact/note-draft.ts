import type { Workspace } from 'kith-client'
import { useWorkspace } from 'kith-client/react'
import { useState } from 'react'

/** Per workspace, so that nothing begun by one person is found by the next who signs in here. */
const drafts = new WeakMap<Workspace, Map<string, string>>()

/** What was begun and not sent, by the contact of a new note or the note that is edited. */
export const draftsOf = (workspace: Workspace): Map<string, string> => {
  const kept = drafts.get(workspace) ?? new Map<string, string>()
  drafts.set(workspace, kept)
  return kept
}

/** A text that is still there after another contact was looked at; until the page ends. */
export const useNoteDraft = (key: string, start: string) => {
  const workspace = useWorkspace()
  const kept = workspace && draftsOf(workspace)
  const [text, setText] = useState(() => kept?.get(key) ?? start)
  const write = (next: string): void => {
    setText(next)
    kept?.set(key, next)
  }
  const forget = (): void => {
    setText(start)
    kept?.delete(key)
  }
  return { text, write, forget }
}

/** Whether something was begun there before. */
export const useHasDraft = (key: string): boolean => {
  const workspace = useWorkspace()
  return workspace !== undefined && draftsOf(workspace).has(key)
}
