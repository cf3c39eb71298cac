export type EmbeddedPostgresReason =
  | 'no-binaries'
  | 'no-account'
  | 'initdb-failed'
  | 'start-failed'
  | 'wrong-password'
  | 'in-use'
  | 'stop-failed'

/** Its message is one line for the person who starts the server: what is wrong, what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
  readonly reason: EmbeddedPostgresReason

  constructor(reason: EmbeddedPostgresReason, message: string) {
    super(message)
    this.reason = reason
  }
}
