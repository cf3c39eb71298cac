import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import type { Workspace } from 'kith-client'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'

/**
 * The same text in CodeMirror, on Kith's own client: offline too, with an honest status. Another
 * document may take the place of the first (`onDoc`), and the editor binds again.
 */
export const bindEditor = (
  parent: Element,
  workspace: Workspace,
  contactId: string,
): (() => void) => {
  const stateNow = (): EditorState => {
    const text = workspace.doc.getText(`about/${contactId}`)
    const extensions = [
      keymap.of(yUndoManagerKeymap),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'About' }),
      yCollab(text, workspace.awareness),
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
