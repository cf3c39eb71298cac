/** LISTEN by pg, on a connection of its own that is made again whenever it is lost. */
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { Backoff } from '../backoff.js'

export interface Listener {
  /** From now on nothing is missed; before, something may have been. */
  listening(): void
  /** It was listening, and is not any more. */
  lost(): void
  heard(payload: string): void
}

/** A connection over which nothing arrives may be dead: it is asked this often, in milliseconds. */
const PROBE_INTERVAL = 10_000
const ANSWER_TIMEOUT = 5_000

/**
 * `connection` makes a client that is not connected yet. Never throws: what stops it from listening
 * is tried again, with backoff. No answer to `listen` or a probe within `answerTimeout` milliseconds
 * counts as a lost connection.
 */
export const listenOn = (
  connection: () => pg.Client,
  channel: string,
  listener: Listener,
  answerTimeout = ANSWER_TIMEOUT,
): { close(): Promise<void> } => {
  const closing = new AbortController()
  const run = async (): Promise<void> => {
    let backoff = new Backoff()
    while (!closing.signal.aborted) {
      const listening = () => {
        backoff = new Backoff()
        listener.listening()
      }
      const once = { ...listener, listening }
      await listenOnce(connection(), channel, closing.signal, once, answerTimeout)
      await backoff.wait(closing.signal)
    }
  }
  const running = run()
  return {
    close: () => {
      closing.abort()
      return running
    },
  }
}

/** Resolves when the connection is lost, could not be made, or `signal` ends it. */
const listenOnce = async (
  client: pg.Client,
  channel: string,
  signal: AbortSignal,
  listener: Listener,
  answerTimeout: number,
): Promise<void> => {
  const lost = new AbortController()
  const over = AbortSignal.any([signal, lost.signal])
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  let isListening = false
  client.on('notification', ({ payload }) => listener.heard(payload ?? ''))
  try {
    await client.connect()
    const answers = (text: string) => inTime(client.query(text), answerTimeout, over)
    if (!(await answers(`listen ${channel}`))) return
    isListening = true
    listener.listening()
    while (!over.aborted && (await answers('select 1'))) {
      await wait(PROBE_INTERVAL, undefined, { signal: over }).catch(() => undefined)
    }
  } catch {
    // Away: the pool says so in the log already, at the next look-up.
  } finally {
    if (isListening && !signal.aborted) listener.lost()
    await ended(client)
  }
}

const inTime = async (
  answer: Promise<unknown>,
  timeout: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const late = wait(timeout, false, { signal, ref: false }).catch(() => false)
  return Promise.race([answer.then(() => true), late])
}

/** The goodbye goes out, or its connection is cut: a network that went silent answers nothing. */
const ended = async (client: pg.Client): Promise<void> => {
  const goodbye = client.end().catch(() => undefined)
  const late = wait(1_000, 'late', { ref: false })
  if ((await Promise.race([goodbye, late])) === 'late') client.connection.stream.destroy()
}
