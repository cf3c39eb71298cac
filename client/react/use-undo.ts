import { useEffect, useMemo } from 'react'
import type { FieldPlace, UndoAction, UndoState, Workspace } from '../index.js'
import { useWorkspace } from './provider.js'
import { turnOf } from './undo-keys.js'
import { useValue } from './use-value.js'

/** What `useUndo` gives; the same object until something of it changes. */
export interface UndoView {
  canUndo: boolean
  canRedo: boolean
  /** What `undo()` would take back, and `redo()` do again: for a label or a toast. */
  nextUndo: UndoAction | undefined
  nextRedo: UndoAction | undefined
  /** As `workspace.undo` does it; `undefined` where there is nothing. The same functions always. */
  undo(only?: UndoAction | FieldPlace): UndoAction | undefined
  /** As `workspace.undo` does it. */
  redo(only?: UndoAction | FieldPlace): UndoAction | undefined
}

/** How `useUndo` listens. */
export interface UndoOptions {
  /**
   * Cmd- or Ctrl-Z anywhere on the page that is no text field: those take back what was typed in
   * them, by themselves. For one component of a page.
   */
  keys?: boolean
}

/** What I did in this tab, to be taken back action by action; never what others did. */
export const useUndo = ({ keys = false }: UndoOptions = {}): UndoView => {
  const workspace = useWorkspace()
  const { undo: nextUndo, redo: nextRedo } = useValue(workspace, onUndo, stateOf, NOTHING)
  const acts = useMemo(
    () => ({
      undo: (only?: UndoAction | FieldPlace) => workspace?.undo.undo(only),
      redo: (only?: UndoAction | FieldPlace) => workspace?.undo.redo(only),
    }),
    [workspace],
  )
  useEffect(() => {
    if (!keys) return
    const onKey = (event: KeyboardEvent): void => {
      const turn = turnOf(event)
      if (turn === undefined || event.defaultPrevented || isTextField(event.target)) return
      event.preventDefault()
      if (!workspace?.mayEdit()) return
      acts[turn]()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [keys, workspace, acts])
  return useMemo(
    () => ({
      canUndo: nextUndo !== undefined,
      canRedo: nextRedo !== undefined,
      nextUndo,
      nextRedo,
      ...acts,
    }),
    [nextUndo, nextRedo, acts],
  )
}

const NOTHING: UndoState = { undo: undefined, redo: undefined }
const onUndo = (workspace: Workspace, changed: () => void) => workspace.undo.onChange(changed)
const stateOf = (workspace: Workspace): UndoState => workspace.undo.state()

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea') ||
    (target instanceof HTMLInputElement && !TEXTLESS.has(target.type)))

/** Types of inputs that nobody types text into. */
const TEXTLESS = new Set('button checkbox color file image radio range reset submit'.split(' '))
