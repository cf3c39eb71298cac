import pino from 'pino'

/** Structured lines on stdout, one JSON object each. Never given a token, a frame or a contact. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * Of an error its name, code, message and stack alone. PostgreSQL's errors carry more, `detail`
 * among it: the whole row that failed, a contact's bytes included.
 */
const errorFields = (error: unknown): object => {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, stack } = error
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { type: name, message, stack, ...code }
}

/**
 * Lines that come within so many milliseconds are written together: a system call for each would be
 * a good part of what a connection costs. Whatever ends the process but a SIGKILL writes the rest.
 */
const GATHER = 50
const GATHERED_BYTES = 4 * 1024

/** A structured log on stdout, from this level on. */
export const createLog = (level: LogLevel): Log => {
  const stdout = pino.destination({ sync: false, minLength: GATHERED_BYTES })
  let isWaiting = false
  const flush = (): void => {
    isWaiting = false
    stdout.flush()
  }
  // Not its `periodicFlush`, which goes through a thread 20 times a second for nothing where nothing
  // was logged: most of what an idle server did.
  const gathering = {
    write(line: string): void {
      stdout.write(line)
      if (!isWaiting) setTimeout(flush, GATHER).unref()
      isWaiting = true
    },
  }
  return pino({ level, base: null, serializers: { err: errorFields } }, gathering)
}
