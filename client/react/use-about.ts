import { aboutText, type ContactId } from 'kith-shared'
import { useMemo } from 'react'
import { TYPING, type Workspace } from '../index.js'
import { assertCanWrite } from './assert-can-write.js'
import { Editing } from './editing.js'
import type { FieldState } from './field-draft.js'
import { useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import { TextDraft } from './text-draft.js'
import type { Turn } from './undo-keys.js'
import { type FieldView, NOTHING_YET, useTextView } from './use-field.js'
import { useValue } from './use-value.js'

/**
 * The long text of a contact, bound to a plain text area: merged letter by letter, with my
 * selection staying on its letters (see `TextDraft`).
 */
export const useAbout = (contactId: ContactId): FieldView => {
  const workspace = useWorkspace()
  const draft = useMemo(() => workspace && aboutDraft(workspace, contactId), [workspace, contactId])
  const { value, error } = useValue(draft, listenToText, readText, NOTHING_YET, shallowEqual)
  return { ...useTextView(contactId, 'about', value, draft?.handlers), conflict: undefined, error }
}

const listenToText = (draft: TextDraft, changed: () => void) => draft.subscribe(changed)
const readText = (draft: TextDraft): FieldState => draft.state()

const aboutDraft = (workspace: Workspace, contactId: ContactId): TextDraft => {
  const source = {
    text: () => aboutText(workspace.doc, contactId),
    onReplaced: (listener: () => void) => workspace.onDoc(listener),
    edit: (change: () => void): void => {
      assertCanWrite(workspace)
      workspace.doc.transact(change, TYPING)
    },
    turn: (turn: Turn): void => {
      workspace.undo[turn]({ contactId, field: 'about' })
    },
    endStep: (): void => workspace.undo.endStep(),
  }
  return new TextDraft(source, new Editing(workspace, contactId, 'about'))
}
