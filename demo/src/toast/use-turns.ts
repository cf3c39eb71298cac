import { ReadOnlyError, type UndoAction, type Workspace } from 'kith-client'
import { useWorkspace } from 'kith-client/react'
import { useMemo } from 'react'
import { go, parseRoute } from '../workspace/route.js'
import { type Toast, useToast } from './toast.js'
import { placeOfAction, undoWords } from './undo-words.js'

type Turn = 'undo' | 'redo'

/** Takes back, or does again, what I did last, or this one action, and says what that was. */
export interface Turns {
  undo(only?: UndoAction): void
  redo(only?: UndoAction): void
}

export const useTurns = (): Turns => {
  const workspace = useWorkspace()
  const toast = useToast()
  return useMemo(() => {
    const turn = (direction: Turn) => (only?: UndoAction) => {
      if (workspace) act(workspace, toast, direction, only)
    }
    return { undo: turn('undo'), redo: turn('redo') }
  }, [workspace, toast])
}

const act = (
  workspace: Workspace,
  toast: (toast: Toast) => void,
  turn: Turn,
  only: UndoAction | undefined,
): void => {
  try {
    const done = workspace.undo[turn](only)
    if (done === undefined) {
      toast({ text: only ? 'Somebody has changed this since: nothing was undone' : NOTHING[turn] })
      return
    }
    showPlace(workspace, done)
    const back: Turn = turn === 'undo' ? 'redo' : 'undo'
    toast({
      text: `${SAID[turn]}: ${undoWords(done, workspace.contacts)}`,
      action: {
        label: LABELS[back],
        run: () => act(workspace, toast, back, back === 'undo' ? done : undefined),
      },
    })
  } catch (error) {
    if (!(error instanceof ReadOnlyError)) throw error
    toast({ text: 'You can only read here now: nothing was changed' })
  }
}

const SAID = { undo: 'Undone', redo: 'Done again' } as const
const LABELS = { undo: 'Undo', redo: 'Redo' } as const
const NOTHING = { undo: 'Nothing to undo', redo: 'Nothing to redo' } as const

/** A contact that is back is shown; one that is open stays so. */
const showPlace = ({ contacts }: Workspace, action: UndoAction): void => {
  const contactId = placeOfAction(action, contacts)
  const route = parseRoute(location.hash)
  const isCreation = action.type.startsWith('contact_') && action.type !== 'contact_updated'
  if (contactId !== undefined && isCreation) go({ view: 'contacts', contactId })
  else if (action.type === 'contact_created' && 'contactId' in route) {
    if (route.contactId === action.contactId) go({ view: 'contacts', contactId: undefined })
  }
}
