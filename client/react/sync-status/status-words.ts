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
      if (times.isAway) return { tone: 'away', text: sentence('Offline', status) }
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

const obsoleteWords = (reason: string): string => {
  if (reason === 'server-behind') return 'The server has forgotten what is here'
  if (reason === 'older-epoch') return 'The server has begun anew'
  if (reason === 'client-ids-used-up') return 'This workspace can’t be opened any more'
  return 'A newer version is needed'
}

const savingWords = (status: SyncStatus, times: StatusTimes): StatusWords => {
  if (status.connection.reason === 'quota') {
    return { tone: 'problem', text: sentence('This workspace is full', status) }
  }
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
