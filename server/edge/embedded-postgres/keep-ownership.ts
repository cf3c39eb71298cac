import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from './cluster.js'
import { type Ownership, takeOwnership } from './ownership.js'
import { stopPostmaster } from './postmaster.js'

export interface EmbeddedPostgresLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

const takeAgain = async (
  cluster: Cluster,
  port: number,
  log: EmbeddedPostgresLog,
  closing: AbortSignal,
): Promise<Ownership | undefined> => {
  for (let wait = 100; !closing.aborted; wait = Math.min(wait * 2, 5_000)) {
    try {
      return await takeOwnership(cluster, port)
    } catch (error) {
      log.warn({ err: error }, 'The embedded PostgreSQL is away, trying again')
      await pause(wait, undefined, { signal: closing }).catch(() => undefined)
    }
  }
  return undefined
}

/**
 * Keeps the cluster owned: when PostgreSQL dies under us (killed, out of memory), it is started
 * again on the same port, so that pools which hold the URL find it again by themselves. Returns
 * what ends this and stops PostgreSQL, safe twice.
 */
export const keepOwnership = (
  cluster: Cluster,
  first: Ownership,
  log: EmbeddedPostgresLog,
): (() => Promise<void>) => {
  const closing = new AbortController()
  // Once: a PostgreSQL that dies often must not add a listener each time.
  const isClosing = aborted(closing.signal)
  let ownership: Ownership | undefined = first
  const watch = async (): Promise<void> => {
    while (ownership !== undefined) {
      await Promise.race([ownership.ended, isClosing])
      if (closing.signal.aborted) return
      ownership = undefined
      log.warn({}, 'The embedded PostgreSQL has stopped, starting it again')
      ownership = await takeAgain(cluster, first.port, log, closing.signal)
    }
  }
  const watching = watch()
  const stop = async (): Promise<void> => {
    closing.abort()
    await watching
    // Without the lock, the PostgreSQL that runs here is another server's.
    if (ownership !== undefined) await stopPostmaster(cluster)
  }
  let stopped: Promise<void> | undefined
  return () => {
    stopped ??= stop()
    return stopped
  }
}
