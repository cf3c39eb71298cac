import { useWorkspace } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { useEffect } from 'react'
import { VIEWING } from './whereabouts.js'

/** Lets the others know which contact is open here, so that they can follow. */
export const useViewing = (contactId: ContactId | undefined): void => {
  const workspace = useWorkspace()
  useEffect(() => {
    workspace?.awareness.setLocalStateField(VIEWING, contactId ?? null)
  }, [workspace, contactId])
}
