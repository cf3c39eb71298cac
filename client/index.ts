/**
 * Kith's client: one workspace, offline first. Imports yjs, y-protocols, lib0, idb and
 * `kith-shared`; React only in `react/`.
 */

export {
  type Contact,
  type ContactId,
  type ContactInput,
  type ContactQuery,
  type DocumentIndex,
  type FieldChanges,
  InvalidValue,
  type ListEntry,
  type ListField,
  type Note,
  type NoteId,
  type PresenceStatus,
  type PresenceUser,
  type Refusal,
  type Role,
  type ScalarChanges,
  type ScalarField,
  type Scalars,
} from 'kith-shared'
export type {
  Activity,
  ActivityDetail,
  CaughtUp,
  Conflict,
  Conflicts,
  ConnectionState,
  FieldPlace,
  Other,
  RefusedChange,
  Self,
  SyncStatus,
  TokenRequest,
  Undo,
  UndoAction,
  UndoState,
  Workspace,
  WorkspaceOptions,
} from './api.js'
export type { StoreProblem } from './core/ports.js'
export { type ForgetResult, forgetWorkspace } from './forget-workspace.js'
export { ReadOnlyError, SyncError, type SyncErrorCode } from './sync-error.js'
export { TYPING } from './undo/origins.js'
export type { UnsavedChange, UnsavedEdit, UnsavedFile } from './unsaved-file.js'
export { createWorkspace, type WorkspaceParts } from './workspace.js'
export type { ImportOptions, WorkspaceActions } from './workspace-actions.js'
