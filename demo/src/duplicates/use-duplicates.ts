import type { Workspace } from 'kith-client'
import { runInSlices, useContactIds, useWorkspace } from 'kith-client/react'
import {
  type Contact,
  type ContactId,
  type DocumentChange,
  type Steps,
  selectInSteps,
} from 'kith-shared'
import { useEffect, useMemo, useState } from 'react'
import { type Duplicates, findInSteps } from './find.js'

/** Milliseconds without a change before it is looked again: an import brings many. */
const CALM = 300

/** `undefined` until it has been looked. */
export const useDuplicates = (): readonly Duplicates[] | undefined => {
  const workspace = useWorkspace()
  const [found, setFound] = useState<readonly Duplicates[]>()
  useEffect(() => {
    if (!workspace) return
    let end = (): void => undefined
    const look = (): void => {
      end()
      end = runInSlices(lookThrough(workspace), setFound)
    }
    let timer = setTimeout(look)
    const stop = workspace.contacts.subscribe((changes, { local }) => {
      if (!changes.some(matters)) return
      clearTimeout(timer)
      // What I did shows at once.
      timer = setTimeout(look, local ? 0 : CALM)
    })
    return () => {
      clearTimeout(timer)
      end()
      stop()
    }
  }, [workspace])
  return found
}

function* lookThrough({ contacts }: Workspace): Steps<readonly Duplicates[]> {
  const ids = yield* selectInSteps(contacts)
  return yield* findInSteps(ids.flatMap((id) => contacts.contact(id) ?? []))
}

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
