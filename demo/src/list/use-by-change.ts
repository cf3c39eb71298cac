import type { Workspace } from 'kith-client'
import { NOT_LISTED_YET } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { byChange, type ChangedTimes, followChanges } from './changed-times.js'

const nothing = (): void => undefined
const NO_TIMES: ChangedTimes = { of: () => undefined, version: () => 0, onChange: () => nothing }

/** `ids`, newest first, in the order of their last changes where that `isWanted`. */
export const useByChange = (
  workspace: Workspace | undefined,
  ids: readonly ContactId[],
  isWanted: boolean,
): readonly ContactId[] => {
  const [times, setTimes] = useState(NO_TIMES)
  useEffect(() => {
    if (!workspace) return
    const followed = followChanges(workspace)
    setTimes(followed)
    return () => followed.close()
  }, [workspace])
  const version = useSyncExternalStore(times.onChange, isWanted ? times.version : NO_TIMES.version)
  // biome-ignore lint/correctness/useExhaustiveDependencies: by the version of the times
  return useMemo(() => {
    if (!isWanted || !workspace || ids === NOT_LISTED_YET) return ids
    return byChange(ids, times, (id) => workspace.contacts.contact(id)?.createdAt ?? 0)
  }, [ids, isWanted, workspace, times, version])
}
