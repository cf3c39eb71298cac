/** React bindings: a provider and hooks. Imports the client's entry and `kith-shared`; no sync logic. */
export type { FieldPath } from './field-source.js'
export type { CreatedContact, OldMessage } from './old-message.js'
export type { CursorPositionEvent, TypingEvent } from './presence-events.js'
export {
  ProviderMissing,
  useWorkspace,
  WorkspaceProvider,
  type WorkspaceProviderProps,
} from './provider.js'
export type { TextElement, TextProps } from './text-element.js'
export { useAbout } from './use-about.js'
export { useActivity } from './use-activity.js'
export { useContact, useNotes } from './use-contact.js'
export { useContactActions, WorkspaceNotOpen } from './use-contact-actions.js'
export { useContactIds } from './use-contact-ids.js'
export { type FieldView, useField } from './use-field.js'
export { useOthers, useSelf } from './use-people.js'
export { useSyncStatus } from './use-sync-status.js'
export { useWorkspaceName } from './use-workspace-name.js'
export {
  useWorkspaceSync,
  type WorkspaceSync,
  type WorkspaceSyncOptions,
} from './use-workspace-sync.js'
export type { UserPresence } from './user-presence.js'
// Names the module that declares the events of `window`, which the types of an app need.
export type { ActivityEvents } from './window-events.js'
