import type { ContactId } from 'kith-shared'
import { useMemo } from 'react'
import type { Conflict, Other, Workspace } from '../index.js'
import { Editing } from './editing.js'
import { FieldDraft, type FieldState } from './field-draft.js'
import { FIELD_ATTRIBUTE, fieldKey } from './field-element.js'
import { type FieldPath, fieldSource, partAt } from './field-source.js'
import { useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import type { TextProps } from './text-element.js'
import { useEditors } from './use-people.js'
import { useValue } from './use-value.js'

/** For a quiet notice beside the field, such as "Ana wrote Acme · Take". */
export interface FieldConflict {
  value: string
  /** Who the other person is, where that is known. */
  by: Conflict['by']
  /** It is mine that does not show. */
  isMine: boolean
  /** Writes it in place of the one that shows. */
  take(): void
  /** Nobody wants to see it any more. */
  dismiss(): void
}

/** A field, as an app shows it. */
export interface FieldView {
  value: string
  /** For an `<input>` or a `<textarea>`. */
  props: TextProps
  /** The others who are in this field, and those of them who type. */
  editors: readonly Other[]
  typing: readonly Other[]
  /** Somebody else and I changed it at the same time: the value that does not show. */
  conflict: FieldConflict | undefined
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
  const told = useConflict(workspace, contactId, field, draft)
  // An entry is one value in the document: another part of it may be what was changed.
  const conflict = told?.value === value ? undefined : told
  return { ...useTextView(contactId, field, value, draft?.handlers), conflict, error }
}

const useConflict = (
  workspace: Workspace | undefined,
  contactId: ContactId,
  field: FieldPath,
  draft: FieldDraft | undefined,
): FieldConflict | undefined => {
  const read = ({ conflicts }: Workspace) => conflicts.of({ contactId, field })
  const found = useValue(workspace, onConflicts, read, undefined)
  return useMemo(() => {
    const value = found === undefined ? undefined : partAt(field, found.value)
    if (found === undefined || value === undefined) return undefined
    const dismiss = (): void => workspace?.conflicts.dismiss({ contactId, field })
    const take = (): void => {
      if (draft?.write(value)) dismiss()
    }
    return { value, by: found.by, isMine: found.isMine, take, dismiss }
  }, [found, workspace, contactId, field, draft])
}

const onConflicts = (workspace: Workspace, changed: () => void) =>
  workspace.conflicts.onChange(changed)

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
): Omit<FieldView, 'error' | 'conflict'> => {
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
