import { SyncStatus } from 'kith-client/react'
import { StatusDetails } from './status-details.js'

export interface StatusBarProps {
  isOffline: boolean
  onOffline: (isOffline: boolean) => void
}

/** Always there and always this high, so that no news shifts the page. */
export const StatusBar = ({ isOffline, onOffline }: StatusBarProps) => (
  <footer className="status-bar">
    <SyncStatus data-testid="sync" />
    <StatusDetails />
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
