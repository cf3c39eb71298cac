import { useEffect, useRef } from 'react'
import { Dialog, focusTitle } from '../dialog/dialog.js'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { ChooseFile } from './choose-file.js'
import { ColumnsForm } from './columns-form.js'
import { ImportSummary } from './import-summary.js'
import { ReviewForm } from './review-form.js'
import { type Import, useImport } from './use-import.js'

/** From a file to contacts: choose, say what columns hold where nobody knows, look, import. */
export const ImportDialog = ({ onClose }: { onClose: () => void }) => {
  const running = useImport()
  const { state, cancel } = running
  const shown = useRef(state.type)
  useEffect(() => {
    // What had the focus is gone with the step before.
    if (shown.current !== state.type) focusTitle()
    shown.current = state.type
  }, [state.type])
  // Escape stops a running import first; closing comes after its summary.
  const isBusy = state.type === 'reading' || state.type === 'importing'
  return (
    <Dialog
      title={TITLES[state.type]}
      isWide={state.type === 'columns'}
      onStop={isBusy ? cancel : undefined}
      onClose={onClose}
    >
      <Stage {...running} onClose={onClose} />
    </Dialog>
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
      return whyReadOnly ? (
        <p className="notice" role="alert">
          {whyReadOnly}
        </p>
      ) : (
        <ChooseFile problem={state.problem} onFile={props.choose} />
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
          takenBack={state.takenBack}
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
