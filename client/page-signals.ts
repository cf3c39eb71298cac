import { unreachable } from 'kith-shared'
import type { PlainEvent } from './connection-runner.js'
import type { Signal } from './core/ports.js'

/** What a signal means to the connection. */
export const connectionEventOf = (signal: Signal): PlainEvent | undefined => {
  switch (signal) {
    case 'online':
      return { type: 'network', network: 'up' }
    case 'offline':
      return { type: 'network', network: 'down' }
    case 'visible':
    case 'pageshow':
      return { type: 'wake' }
    case 'hidden':
    case 'pagehide':
    case 'input':
      return undefined
    default:
      return unreachable(signal)
  }
}

/** Whether the page may be gone any moment from now on: a hidden one is ended without a word. */
export const leavesBy = (signal: Signal): boolean | undefined => {
  if (signal === 'hidden' || signal === 'pagehide') return true
  return signal === 'visible' || signal === 'pageshow' ? false : undefined
}
