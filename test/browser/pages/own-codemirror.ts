import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import type { Workspace } from 'kith-client'
import { yCollab } from 'y-codemirror.next'

/**
 * The same text in CodeMirror, on Kith's own client: offline too, with an honest status and one
 * history. Another document may take the place of the first (`onDoc`), and the editor binds again.
 */
export const bindEditor = (
  parent: Element,
  workspace: Workspace,
  contactId: string,
): (() => void) => {
  const turn = (direction: 'undo' | 'redo') => () => {
    if (workspace.mayEdit()) workspace.undo[direction]({ contactId, field: 'about' })
    return true
  }
  const keys = [
    { key: 'Mod-z', run: turn('undo'), shift: turn('redo') },
    { key: 'Ctrl-y', run: turn('redo') },
  ]
  const stateNow = (): EditorState => {
    const text = workspace.doc.getText(`about/${contactId}`)
    const extensions = [
      Prec.high(keymap.of(keys)),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'About' }),
      yCollab(text, workspace.awareness, { undoManager: false }),
    ]
    return EditorState.create({ doc: text.toString(), extensions })
  }
  const view = new EditorView({ parent, state: stateNow() })
  const stop = workspace.onDoc(() => view.setState(stateNow()))
  return () => {
    stop()
    view.destroy()
  }
}
