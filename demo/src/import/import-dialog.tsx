import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { ChooseFile } from './choose-file.js'
import { ColumnsForm } from './columns-form.js'
import { ImportSummary } from './import-summary.js'
import { ReviewForm } from './review-form.js'
import { type Import, useImport } from './use-import.js'

/** From a file to contacts: choose, say what columns hold where nobody knows, look, import. */
export const ImportDialog = ({ onClose }: { onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  const running = useImport()
  const { state, cancel } = running
  useEffect(() => dialog.current?.showModal(), [])
  const shown = useRef(state.type)
  useEffect(() => {
    // What had the focus is gone with the step before.
    if (shown.current !== state.type) title.current?.focus()
    shown.current = state.type
  }, [state.type])
  const isBusy = state.type === 'reading' || state.type === 'importing'
  return (
    <dialog
      className={state.type === 'columns' ? 'dialog sheet wide' : 'dialog sheet'}
      ref={dialog}
      aria-labelledby="import-title"
      onCancel={(event) => {
        // A file chooser that is closed without a choice says so by the same event.
        if (event.target !== dialog.current) return
        // Escape stops a running import first; closing comes after its summary.
        if (!isBusy) return
        event.preventDefault()
        cancel()
      }}
      onClose={onClose}
    >
      <header className="sheet-head">
        <h2 id="import-title" ref={title} tabIndex={-1}>
          {TITLES[state.type]}
        </h2>
        {!isBusy && (
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <X aria-hidden="true" size={18} />
          </button>
        )}
      </header>
      <Stage {...running} onClose={() => dialog.current?.close()} />
    </dialog>
  )
}

const TITLES = {
  choosing: 'Import contacts',
  reading: 'Import contacts',
  columns: 'What do the columns hold?',
  review: 'Ready to import',
  importing: 'Import contacts',
  done: 'Import contacts',
} as const

const Stage = (props: Import & { onClose: () => void }) => {
  const { state, cancel, onClose } = props
  const whyReadOnly = useWhyReadOnly()
  switch (state.type) {
    case 'choosing':
      return (
        <>
          {whyReadOnly ? (
            <p className="notice" role="alert">
              {whyReadOnly}
            </p>
          ) : (
            <ChooseFile problem={state.problem} onFile={props.choose} />
          )}
        </>
      )
    case 'reading':
      return <Progress says={`Reading ${state.fileName}…`} onCancel={cancel} />
    case 'columns':
      return (
        <ColumnsForm
          key={`${props.options.encoding} ${props.options.separator}`}
          fileName={state.fileName}
          table={state.table}
          isKept={state.isKept}
          options={props.options}
          onOptions={props.readAs}
          onMapping={props.map}
          onBack={cancel}
        />
      )
    case 'review':
      return (
        <ReviewForm
          fileName={state.fileName}
          review={state.review}
          onColumns={props.showColumns}
          onBegin={props.begin}
          onBack={cancel}
        />
      )
    case 'importing':
      return (
        <Progress says={`Importing ${state.fileName}…`} share={state.share} onCancel={cancel} />
      )
    case 'done':
      return (
        <ImportSummary
          fileName={state.fileName}
          result={state.result}
          isTakenBack={state.isTakenBack}
          onTakeBack={props.takeBack}
          onClose={onClose}
        />
      )
  }
}

const Progress = (props: { says: string; share?: number; onCancel: () => void }) => (
  <>
    <div className="progress">
      <p>
        <span role="status">{props.says}</span>
        {props.share !== undefined && (
          <span className="quiet">{Math.floor(props.share * 100)}%</span>
        )}
      </p>
      <progress aria-label={props.says} max={1} value={props.share} />
    </div>
    <div className="buttons end">
      <button type="button" className="button" onClick={props.onCancel}>
        Cancel import
      </button>
    </div>
  </>
)
