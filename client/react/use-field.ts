import type { ContactId } from 'kith-shared'
import { useMemo } from 'react'
import type { Other } from '../index.js'
import { Editing } from './editing.js'
import { FieldDraft, type FieldState } from './field-draft.js'
import { FIELD_ATTRIBUTE, fieldKey } from './field-element.js'
import { type FieldPath, fieldSource } from './field-source.js'
import { useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import type { TextProps } from './text-element.js'
import { useEditors } from './use-people.js'
import { useValue } from './use-value.js'

export interface FieldView {
  value: string
  /** For an `<input>` or a `<textarea>`. */
  props: TextProps
  /** The others who are in this field, and those of them who type. */
  editors: readonly Other[]
  typing: readonly Other[]
  /** Why the document does not take what was typed last, such as `InvalidValue`; until the next key. */
  error: Error | undefined
}

/**
 * A field of a contact, bound to a plain input: typing, selection and input methods stay whole
 * whatever others do, writes are few (see `FieldDraft`), and the others see where I am.
 */
export const useField = (contactId: ContactId, field: FieldPath): FieldView => {
  const workspace = useWorkspace()
  const draft = useMemo(
    () =>
      workspace &&
      new FieldDraft(
        fieldSource(workspace, contactId, field),
        new Editing(workspace, contactId, field),
      ),
    [workspace, contactId, field],
  )
  const { value, error } = useValue(draft, listenToField, readField, NOTHING_YET, shallowEqual)
  return { ...useTextView(contactId, field, value, draft?.handlers), error }
}

const listenToField = (draft: FieldDraft, changed: () => void) => draft.subscribe(changed)
const readField = (draft: FieldDraft): FieldState => draft.state()
export const NOTHING_YET: FieldState = { value: '', error: undefined }

type Handlers = Omit<TextProps, 'value' | typeof FIELD_ATTRIBUTE>

/** What a text field looks like to the app, once its value is known. */
export const useTextView = (
  contactId: ContactId,
  field: string,
  value: string,
  handlers: Handlers = NOT_YET,
): Omit<FieldView, 'error'> => {
  const editors = useEditors(contactId, field)
  const typing = useMemo(() => editors.filter((other) => other.typing), [editors])
  const key = fieldKey(contactId, field)
  const props = useMemo(
    () => ({ value, [FIELD_ATTRIBUTE]: key, ...handlers }),
    [value, key, handlers],
  )
  return { value, props, editors, typing }
}

const nothing = (): void => undefined
/** Until the workspace is there, keys have nowhere to go. */
const NOT_YET = {
  onChange: nothing,
  onFocus: nothing,
  onBlur: nothing,
  onCompositionStart: nothing,
  onCompositionEnd: nothing,
}
