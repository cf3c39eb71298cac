/** What can go wrong beside the app's calls; each is told once by `onError` when it begins. */
export type SyncErrorCode =
  /** The token was refused. */
  | 'not-authenticated'
  /** Not a member, or a page of a foreign origin. */
  | 'denied'
  /** The token speaks for another user than the workspace was opened for. */
  | 'user-mismatch'
  /** `getToken` threw or rejected. */
  | 'token-unavailable'
  /** The server did not take a change; see `refusedChanges`. */
  | 'refused-change'
  /** An app still writes to a document that a refusal has replaced; see `Workspace.onDoc`. */
  | 'old-document'
  /** Nothing can be kept on this device; goes on in memory. */
  | 'storage'
  /** What the device held was damaged in part; the server is asked again. */
  | 'storage-damaged'
  /** A newer page is needed. */
  | 'update-required'
  /** The server broke the protocol. */
  | 'protocol'
  /** A notice of the server: a quota is nearly used up. */
  | 'quota-warning'

/** Something went wrong that no call could tell of: `code` says what, `onError` hears it. */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly code: SyncErrorCode

  constructor(code: SyncErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** An edit by a viewer, or of a workspace with a newer schema than this page's; nothing was changed. */
export class ReadOnlyError extends Error {
  override readonly name = 'ReadOnlyError'
  readonly code = 'read-only'

  constructor() {
    super(
      'nothing can be changed here: by a viewer, or by a page older than the workspace’s schema',
    )
  }
}
