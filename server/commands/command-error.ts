/** Its message is one line for the person at the terminal. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** What the process ends with. */
  readonly exitCode: 1 | 2

  /** 2 is for what was asked in a way that can't be understood. */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
