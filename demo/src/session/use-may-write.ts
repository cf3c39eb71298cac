import { useSyncStatus, useWorkspace } from 'kith-client/react'
import { useCallback, useSyncExternalStore } from 'react'

/** Whether edits are taken; before a server has said so, what I do is kept and tried. */
export const useMayWrite = (): boolean => {
  const workspace = useWorkspace()
  const listen = useCallback(
    (changed: () => void) => workspace?.onStatus(changed) ?? (() => undefined),
    [workspace],
  )
  return useSyncExternalStore(listen, () => workspace?.mayEdit() ?? true)
}

/** Why edits are not taken; `undefined` where they are. */
export const useWhyReadOnly = (): string | undefined => {
  const reason = useSyncStatus(({ connection }) => connection.reason)
  return useMayWrite() ? undefined : readOnlyWords(reason)
}

const readOnlyWords = (reason: string): string =>
  reason === 'newer-schema'
    ? 'Refresh this page to go on editing.'
    : 'You can look at this workspace, not change it.'
