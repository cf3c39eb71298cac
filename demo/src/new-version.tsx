import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { onNewVersion, reloadIntoNewest } from './shell.js'
import './styles/new-version.css'

/** Offers a version that is ready, and leaves it to the person when: nothing reloads by itself. */
export const NewVersion = () => {
  const [state, setState] = useState<'none' | 'ready' | 'loading' | 'later'>('none')
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return
    return onNewVersion(navigator.serviceWorker, () =>
      setState((now) => (now === 'loading' ? now : 'ready')),
    )
  }, [])
  const reload = (): void => {
    setState('loading')
    void reloadIntoNewest()
  }
  const isShown = state === 'ready' || state === 'loading'
  return (
    <div className="new-version-place" aria-live="polite" data-testid="new-version">
      {isShown && (
        <div className="new-version">
          <span>A new version is ready</span>
          <button
            type="button"
            className="button"
            aria-disabled={state === 'loading'}
            onClick={state === 'loading' ? undefined : reload}
          >
            Reload
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Later"
            title="Later"
            onClick={() => setState('later')}
          >
            <X aria-hidden="true" size={16} />
          </button>
        </div>
      )}
    </div>
  )
}
