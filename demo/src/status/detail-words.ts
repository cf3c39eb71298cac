import type { SyncStatus } from 'kith-client'
import { keptWords } from 'kith-client/react'
import { unreachable } from 'kith-shared'
import { storageWords } from './storage-words.js'

/** One line each: the server, what waits, this device. Never more than is known. */
export const detailWords = (
  status: SyncStatus,
): { server: string; changes: string; device: string } => ({
  server: serverWords(status.connection),
  changes: changesWords(status),
  device: deviceWords(status.storage),
})

const serverWords = ({ state, reason }: SyncStatus['connection']): string => {
  switch (state) {
    case 'loading':
      return 'Reading what this device holds.'
    case 'offline':
      return OFFLINE[reason] ?? 'Not connected. It is tried again by itself.'
    case 'connecting':
      return 'Connecting…'
    case 'syncing':
      return 'Connected. What others did meanwhile is coming in.'
    case 'live':
      return LIVE[reason] ?? 'Connected.'
    case 'needs-auth':
      return 'The server asks for a new sign-in.'
    case 'denied':
      return 'The server does not let you into this workspace.'
    case 'storage-error':
      return 'The server can’t save just now. It is tried again by itself.'
    case 'update-required':
      return 'The server and this page don’t fit together.'
    default:
      return unreachable(state)
  }
}

const OFFLINE: Readonly<Record<string, string>> = {
  disconnected: 'Not connected, by your wish.',
  'no-network': 'The browser says that there is no network.',
  overloaded: 'The server is busy. It is tried again by itself.',
  'too-many-connections': 'Too many connections. Close other tabs and devices.',
}

const LIVE: Readonly<Record<string, string>> = {
  'newer-schema': 'Connected, for reading. Reload this page to go on editing.',
  'read-only': 'Connected. You can only read here.',
  quota: 'Connected. This workspace is full.',
}

const changesWords = (status: SyncStatus): string => {
  const { pending, refused, connection } = status
  const set = refused === 0 ? '' : ` ${refused.toLocaleString('en')} refused by the server.`
  if (pending > 0) return `${keptWords(status)}.${set}`
  // Before the device is read nobody knows.
  if (connection.state === 'loading') return 'Not known yet.'
  return refused === 0 ? 'All of yours are on the server.' : set.trim()
}

const deviceWords = ({ kind, reason, persisted }: SyncStatus['storage']): string => {
  if (kind === 'memory') {
    const { why, helps } = storageWords(reason)
    return `Keeps nothing now. ${why} ${helps}`
  }
  if (persisted === true) return 'Keeps everything for work offline.'
  if (persisted === false) {
    return 'Keeps everything for work offline. The browser may clear it when room gets short.'
  }
  return 'Keeps everything for work offline.'
}
