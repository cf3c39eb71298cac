import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/**
 * Bytes of what `raw` counts as waiting that the system has taken. Node counts what it has handed over
 * as unsent until the last byte of it is out, and hands over all that waits at once: on a slow line
 * nothing would seem to move for minutes. What is out of it is known to the handle alone (net.js looks
 * there too, before it ends an idle socket).
 */
export const bytesOut = (raw: Duplex): number => {
  if (!(raw instanceof Socket) || raw.writableLength === 0) return 0
  const { _handle: handle } = raw as Socket & { _handle?: Partial<Handle> | null }
  const { writeQueueSize, bytesWritten } = handle ?? {}
  if (writeQueueSize === undefined || bytesWritten === undefined) return 0
  const waiting = raw.bytesWritten - bytesWritten
  return Math.max(0, raw.writableLength - waiting - writeQueueSize)
}

interface Handle {
  /** Bytes that the system has not taken of what was handed over; all that was, ever. */
  writeQueueSize: number
  bytesWritten: number
}
