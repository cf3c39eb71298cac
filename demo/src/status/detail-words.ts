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
      return 'Loading what is on this device.'
    case 'offline':
      return OFFLINE[reason] ?? 'Not connected. Kith keeps trying.'
    case 'connecting':
      return 'Connecting…'
    case 'syncing':
      return 'Connected. Getting what others changed.'
    case 'live':
      return LIVE[reason] ?? 'Connected.'
    case 'needs-auth':
      return 'You need to sign in again.'
    case 'denied':
      return 'You have no access to this workspace.'
    case 'storage-error':
      return 'The server can’t save right now. Kith keeps trying.'
    case 'update-required':
      return 'This page and the server don’t match.'
    default:
      return unreachable(state)
  }
}

const OFFLINE: Readonly<Record<string, string>> = {
  disconnected: 'Not connected: you chose to work offline.',
  'no-network': 'This device has no network.',
  overloaded: 'The server is busy. Kith keeps trying.',
  'too-many-connections': 'Too many connections. Close other tabs and devices.',
}

const LIVE: Readonly<Record<string, string>> = {
  'newer-schema': 'Connected, but only for reading. Reload this page to edit again.',
  'read-only': 'Connected. You can only read here.',
  quota: 'Connected. This workspace is full.',
}

const changesWords = (status: SyncStatus): string => {
  const { pending, refused, connection } = status
  const set = refused === 0 ? '' : ` ${refused.toLocaleString('en')} refused by the server.`
  if (pending > 0) return `${keptWords(status)}.${set}`
  // Before the device is read nobody knows.
  if (connection.state === 'loading') return 'Not known yet.'
  return refused === 0 ? 'All your changes are on the server.' : set.trim()
}

const deviceWords = ({ kind, reason, persisted }: SyncStatus['storage']): string => {
  if (kind === 'memory') {
    const { why, helps } = storageWords(reason)
    return `Keeps nothing right now. ${why} ${helps}`
  }
  const kept = 'Keeps everything, so that you can work offline.'
  return persisted === false ? `${kept} The browser may clear it when space runs low.` : kept
}
