import { aboutText, type ContactId } from 'kith-shared'
import { useMemo } from 'react'
import { Editing } from './editing.js'
import { useWorkspace } from './provider.js'
import { TextDraft } from './text-draft.js'
import { type FieldView, useTextView } from './use-field.js'
import { useValue } from './use-value.js'

/**
 * The long text of a contact, bound to a plain text area: merged letter by letter, with my
 * selection staying on its letters (see `TextDraft`).
 */
export const useAbout = (contactId: ContactId): Omit<FieldView, 'error'> => {
  const workspace = useWorkspace()
  const draft = useMemo(
    () =>
      workspace &&
      new TextDraft(
        aboutText(workspace.doc, contactId),
        new Editing(workspace, contactId, 'about'),
      ),
    [workspace, contactId],
  )
  const value = useValue(draft, listenToText, readText, '')
  return useTextView(contactId, 'about', value, draft?.handlers)
}

const listenToText = (draft: TextDraft, changed: () => void) => draft.subscribe(changed)
const readText = (draft: TextDraft): string => draft.value()
