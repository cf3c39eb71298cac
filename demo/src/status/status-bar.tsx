import { useSyncStatus } from 'kith-client/react'
import { statusWords } from './status-words.js'
import { useStatusTimes } from './use-status-times.js'

export interface StatusBarProps {
  isOffline: boolean
  onOffline: (isOffline: boolean) => void
}

/** Always there and always this high, so that no news shifts the page. */
export const StatusBar = ({ isOffline, onOffline }: StatusBarProps) => {
  const status = useSyncStatus()
  const { tone, text } = statusWords(status, useStatusTimes(status))
  return (
    <footer
      className="status-bar"
      data-testid="sync"
      data-state={status.connection.state}
      data-pending={status.pending}
      data-on-device={status.onDevice}
    >
      <span className="sync-dot" data-tone={tone} title={DOT_SAYS[tone]} />
      <span className="sync-text" data-tone={tone} role="status" aria-label="Connection status">
        {text}
      </span>
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={isOffline}
          aria-checked={isOffline}
          onChange={(event) => onOffline(event.target.checked)}
        />
        <span className="track" aria-hidden="true" />
        Work offline
      </label>
    </footer>
  )
}

const DOT_SAYS = {
  calm: 'Nothing waits to be saved',
  busy: 'Busy',
  saved: 'Saved',
  away: 'Not connected, or not saved yet',
  problem: 'Something needs you',
} as const
