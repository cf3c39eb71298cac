/** React bindings: a provider and hooks. Imports the client's entry and `kith-shared`; no sync logic. */

export type { CursorKind } from './cursors/cursor-layer.js'
export {
  CursorTracker,
  type CursorTrackerProps,
} from './cursors/cursor-tracker.js'
export type { FieldPath } from './field-source.js'
export type { CreatedContact, OldMessage } from './old-message.js'
export { Avatar, type AvatarProps } from './presence/avatar.js'
export { fieldName } from './presence/field-name.js'
export { initialsOf } from './presence/initials.js'
export { PresenceIndicator, type PresenceIndicatorProps } from './presence/presence-indicator.js'
export { presenceWords } from './presence/presence-words.js'
export { TypingIndicator, type TypingIndicatorProps } from './presence/typing-indicator.js'
export { typingWords } from './presence/typing-words.js'
export type { CursorPositionEvent, TypingEvent } from './presence-events.js'
export {
  ProviderMissing,
  useWorkspace,
  WorkspaceProvider,
  type WorkspaceProviderProps,
} from './provider.js'
export { runInSlices } from './run-in-slices.js'
export type { StatusTimes } from './sync-status/status-clock.js'
export { keptWords, type StatusWords, statusWords } from './sync-status/status-words.js'
export { SyncStatus, type SyncStatusProps } from './sync-status/sync-status.js'
export type { TextElement, TextProps } from './text-element.js'
export { useAbout } from './use-about.js'
export { useActivity } from './use-activity.js'
export { useContact, useNotes } from './use-contact.js'
export { useContactActions, WorkspaceNotOpen } from './use-contact-actions.js'
export { NOT_LISTED_YET, useContactIds } from './use-contact-ids.js'
export { type FieldConflict, type FieldView, useField } from './use-field.js'
export { useOthers, useSelf } from './use-people.js'
export { type Person, usePresence } from './use-presence.js'
export { useSyncStatus } from './use-sync-status.js'
export { type UndoOptions, type UndoView, useUndo } from './use-undo.js'
export { useWorkspaceName } from './use-workspace-name.js'
export {
  useWorkspaceSync,
  type WorkspaceSync,
  type WorkspaceSyncOptions,
} from './use-workspace-sync.js'
export type { UserPresence } from './user-presence.js'
// Names the module that declares the events of `window`, which the types of an app need.
export type { ActivityEvents } from './window-events.js'
