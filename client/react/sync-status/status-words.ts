import type { SyncStatus } from '../../index.js'
import type { StatusTimes } from './status-clock.js'

/** How the status looks and what it says; a text of '' leaves the dot alone. */
export interface StatusWords {
  tone: 'calm' | 'busy' | 'saved' | 'away' | 'problem'
  text: string
}

/** Pure, so that what is said can be read and tested sentence by sentence. Never more than known. */
export const statusWords = (status: SyncStatus, times: StatusTimes): StatusWords => {
  const { state, reason, progress } = status.connection
  switch (state) {
    case 'needs-auth':
      return { tone: 'problem', text: sentence('Not signed in', status) }
    case 'denied':
      return { tone: 'problem', text: sentence('No access to this workspace', status) }
    case 'update-required':
      return { tone: 'problem', text: sentence(obsoleteWords(reason), status) }
    case 'storage-error':
      if (times.isAway) return { tone: 'away', text: sentence('The server can’t save now', status) }
      break
    case 'offline':
    case 'connecting':
      if (times.isAway) return { tone: 'away', text: sentence(awayWords(reason), status) }
      break
    case 'syncing':
      if (progress !== undefined && progress < 1) {
        return { tone: 'busy', text: `Loading… ${Math.floor(progress * 100)}%` }
      }
      break
    case 'loading':
    case 'live':
      break
  }
  return savingWords(status, times)
}

const awayWords = (reason: string): string => {
  if (reason === 'overloaded') return 'Offline. The server is busy'
  if (reason === 'too-many-connections') return 'Offline. Close other tabs and devices'
  return 'Offline'
}

const obsoleteWords = (reason: string): string => {
  if (reason === 'server-behind') return 'The server has forgotten what is here'
  if (reason === 'older-epoch') return 'The server has started over'
  if (reason === 'client-ids-used-up') return 'This workspace can’t be opened any more'
  return 'A newer version is needed'
}

/** Connected, and edits wait for something to change. */
const HELD: Readonly<Record<string, string>> = {
  quota: 'This workspace is full',
  'newer-schema': 'Refresh this page to go on editing',
  'read-only': 'You can only read here',
}

const savingWords = (status: SyncStatus, times: StatusTimes): StatusWords => {
  const held = HELD[status.connection.reason]
  if (held !== undefined) return { tone: 'problem', text: sentence(held, status) }
  if (status.pending > 0 && times.isStuck) {
    return { tone: 'away', text: sentence('Not saved yet', status) }
  }
  if (status.pending > 0 && times.isSlow) return { tone: 'busy', text: 'Saving…' }
  if (status.pending === 0 && times.isJustSaved) return { tone: 'saved', text: 'Saved' }
  return { tone: 'calm', text: '' }
}

const sentence = (start: string, status: SyncStatus): string => {
  const kept = keptWords(status)
  return kept === '' ? start : `${start}. ${kept}`
}

/** Where the changes are that no server has. */
export const keptWords = ({ pending, onDevice, storage }: SyncStatus): string => {
  if (pending === 0) return ''
  const changes = pending === 1 ? '1 change' : `${pending.toLocaleString('en')} changes`
  if (storage.kind === 'memory') return `${changes} in this tab only`
  return onDevice ? `${changes} kept on this device` : `${changes} not kept on this device yet`
}
