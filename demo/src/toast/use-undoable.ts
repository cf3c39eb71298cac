import { useWorkspace } from 'kith-client/react'
import { useCallback } from 'react'
import { useToast } from './toast.js'
import { useTurns } from './use-turns.js'

/**
 * Does what can be taken back, and says so for 6 s: "Deleted Ana · Undo". All that `act` does is one
 * step, and the toast takes back this one, whatever was done since.
 */
export const useUndoable = (): ((text: string, act: () => void) => void) => {
  const workspace = useWorkspace()
  const toast = useToast()
  const { undo } = useTurns()
  return useCallback(
    (text, act) => {
      if (workspace === undefined) return
      const before = workspace.undo.state().undo
      workspace.undo.asOne(act)
      const done = workspace.undo.state().undo
      // Nothing was changed: somebody else was first.
      if (done === undefined || done === before) return
      toast({ text, action: { label: 'Undo', run: () => undo(done) } })
    },
    [workspace, toast, undo],
  )
}
