import { useState } from 'react'
import { mayReload, reloadIntoNewest } from '../shell.js'

export interface NotLoadedProps {
  isTrying: boolean
  /** `undefined` where only a reload helps. */
  onAgain: (() => void) | undefined
}

/** In place of a part that did not come: the network is away, or a new version has replaced it. */
export const NotLoaded = ({ isTrying, onAgain }: NotLoadedProps) => {
  const [isAway, setAway] = useState(false)
  const reload = async (): Promise<void> => {
    // The rest of the app goes on working; a reload into nothing would take that away, too.
    if (await mayReload()) await reloadIntoNewest()
    else setAway(true)
  }
  return (
    <div className="not-loaded" data-testid="not-loaded">
      <p role="alert">
        This part of the app could not be loaded. The network may be away, or there is a new version
        of Kith. Your contacts and changes are not affected.
      </p>
      <p className="quiet" role="status">
        {isAway && 'Kith can’t be reached now: try again when the network is back.'}
      </p>
      <div className="buttons end">
        {onAgain && (
          <button
            type="button"
            className="button"
            aria-disabled={isTrying}
            onClick={isTrying ? undefined : onAgain}
          >
            {isTrying ? 'Trying…' : 'Try again'}
          </button>
        )}
        <button type="button" className="button" onClick={() => void reload()}>
          Reload
        </button>
      </div>
    </div>
  )
}
