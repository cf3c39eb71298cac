import type { Workspace } from 'kith-client'
import { useContactIds, useWorkspace } from 'kith-client/react'
import { type Contact, type ContactId, type DocumentChange, selectContactIds } from 'kith-shared'
import { useEffect, useMemo, useState } from 'react'
import { type Duplicates, findDuplicates } from './find.js'

/** Milliseconds without a change before it is looked again: an import brings many. */
const CALM = 300

/** `undefined` until it has been looked. */
export const useDuplicates = (): readonly Duplicates[] | undefined => {
  const workspace = useWorkspace()
  const [found, setFound] = useState<readonly Duplicates[]>()
  useEffect(() => {
    if (!workspace) return
    const look = (): void => setFound(findDuplicates(listed(workspace)))
    let timer = setTimeout(look)
    const stop = workspace.contacts.subscribe((changes, { local }) => {
      if (!changes.some(matters)) return
      clearTimeout(timer)
      // What I did shows at once.
      timer = setTimeout(look, local ? 0 : CALM)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [workspace])
  return found
}

const listed = ({ contacts }: Workspace): Contact[] =>
  selectContactIds(contacts).flatMap((id) => contacts.contact(id) ?? [])

const matters = (change: DocumentChange): boolean =>
  change.type === 'contact-updated'
    ? Object.keys(change.changes).some((key) => /^(name$|mergedInto$|emails\/|phones\/)/.test(key))
    : change.type.startsWith('contact-')

/** Those of them that are still in the list, each as it is now. */
export const useListed = (ids: readonly ContactId[]): readonly Contact[] => {
  const workspace = useWorkspace()
  const living = useContactIds()
  return useMemo(() => {
    const listed = new Set(living)
    return ids.flatMap((id) => {
      const contact = listed.has(id) ? workspace?.contacts.contact(id) : undefined
      return contact ?? []
    })
  }, [ids, living, workspace])
}
