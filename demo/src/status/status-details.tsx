import { useSyncStatus, useWorkspace } from 'kith-client/react'
import { Download, Info, RefreshCw } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useAccount } from '../session/account.js'
import { saveUnsaved } from '../session/save-unsaved.js'
import { knownName } from '../workspaces/known-workspaces.js'
import { detailWords } from './detail-words.js'

/** A button in the status bar, and above it where everything stands, in words. */
export const StatusDetails = () => {
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const panelId = useId()
  useEffect(() => {
    if (!isOpen) return
    const onPointer = ({ target }: PointerEvent): void => {
      if (target instanceof Node && !place.current?.contains(target)) setOpen(false)
    }
    addEventListener('pointerdown', onPointer)
    return () => removeEventListener('pointerdown', onPointer)
  }, [isOpen])
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isOpen) return
    event.preventDefault()
    setOpen(false)
    place.current?.querySelector('button')?.focus()
  }
  return (
    <div className="status-details" ref={place} onKeyDown={onKey} role="none">
      <button
        type="button"
        className="icon-button small"
        aria-label="Where my changes are"
        title="Where my changes are"
        aria-expanded={isOpen}
        aria-controls={isOpen ? panelId : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        <Info aria-hidden="true" size={16} />
      </button>
      {isOpen && <Panel id={panelId} />}
    </div>
  )
}

const Panel = ({ id }: { id: string }) => {
  const status = useSyncStatus()
  const workspace = useWorkspace()
  const { session } = useAccount()
  const { server, changes, device } = detailWords(status)
  const { state, reason } = status.connection
  const mayTry = (state === 'offline' && reason !== 'disconnected') || state === 'storage-error'
  const hasUnsaved = status.pending + status.refused > 0
  return (
    <section className="status-panel" id={id} aria-label="Where my changes are">
      <dl>
        <dt>Server</dt>
        <dd>{server}</dd>
        <dt>Changes</dt>
        <dd data-testid="changes-words">{changes}</dd>
        <dt>This device</dt>
        <dd>{device}</dd>
      </dl>
      {workspace && (hasUnsaved || mayTry) && (
        <div className="buttons">
          {hasUnsaved && (
            <button
              type="button"
              className="button"
              onClick={() => saveUnsaved(workspace, knownName(session.userId, workspace.id))}
            >
              <Download aria-hidden="true" size={16} />
              Save unsaved changes to a file
            </button>
          )}
          {mayTry && (
            <button type="button" className="button" onClick={() => workspace.connect()}>
              <RefreshCw aria-hidden="true" size={16} />
              Try now
            </button>
          )}
        </div>
      )}
    </section>
  )
}
