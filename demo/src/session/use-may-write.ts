import { useWorkspace } from 'kith-client/react'
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
