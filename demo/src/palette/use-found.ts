import type { DocumentIndex } from 'kith-client'
import { runInSlices, useWorkspace } from 'kith-client/react'
import { type ContactId, selectContactIds, selectInSteps } from 'kith-shared'
import { useEffect, useState } from 'react'

/** The contacts that fit these letters, best first. */
export interface Found {
  readonly search: string
  readonly ids: readonly ContactId[]
}

const NOTHING: Found = { search: '', ids: [] }
/** Contacts shown at once: more than these are found by another letter. */
const MOST_CONTACTS = 8
/** Contacts that are looked through in some milliseconds: nobody waits for these. */
const AT_ONCE = 10_000

/** `undefined` where there are so many contacts that looking through them would hold up the keys. */
export const foundAtOnce = (
  contacts: DocumentIndex | undefined,
  search: string,
): Found | undefined => {
  if (!contacts || search.trim() === '') return { ...NOTHING, search }
  if (contacts.contactIds().length > AT_ONCE) return undefined
  return { search, ids: selectContactIds(contacts, { search }).slice(0, MOST_CONTACTS) }
}

/** What `search` finds; among very many contacts what was found last, until that is known. */
export const useFound = (search: string): Found => {
  const contacts = useWorkspace()?.contacts
  const [last, setLast] = useState(NOTHING)
  const now = foundAtOnce(contacts, search)
  const isLong = now === undefined
  useEffect(() => {
    if (!contacts || !isLong) return
    return runInSlices(selectInSteps(contacts, { search }), (ids) =>
      setLast({ search, ids: ids.slice(0, MOST_CONTACTS) }),
    )
  }, [contacts, search, isLong])
  return now ?? last
}
