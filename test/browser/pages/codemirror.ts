import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { createWebsocketProvider } from 'kith-client/y-websocket'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'
import * as Y from 'yjs'

export interface EditorOptions {
  url: string
  workspaceId: string
  contactId: string
  token: string
}

/** The long text of one contact in CodeMirror, on the stock provider. Returns how to end it. */
export const openEditor = (
  parent: Element,
  { url, workspaceId, contactId, token }: EditorOptions,
): (() => void) => {
  const doc = new Y.Doc()
  const provider = createWebsocketProvider({ url, workspaceId, doc, token })
  const text = doc.getText(`about/${contactId}`)
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text.toString(),
      extensions: [
        keymap.of(yUndoManagerKeymap),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'About' }),
        yCollab(text, provider.awareness),
      ],
    }),
  })
  return () => {
    view.destroy()
    provider.destroy()
    doc.destroy()
  }
}
