import pino from 'pino'

/** Structured lines on stdout, one JSON object each. Never given a token, a frame or a contact. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const createLog = (level: LogLevel): Log => pino({ level, base: null })
