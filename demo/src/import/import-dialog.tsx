import { FileUp } from 'lucide-react'
import { type DragEvent, useEffect, useRef } from 'react'
import { ImportSummary } from './import-summary.js'
import { type Import, useImport } from './use-import.js'

export const ImportDialog = ({ onClose }: { onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const running = useImport()
  const { state, cancel } = running
  useEffect(() => dialog.current?.showModal(), [])
  const isBusy = state.type === 'reading' || state.type === 'importing'
  return (
    <dialog
      className="dialog"
      ref={dialog}
      aria-labelledby="import-title"
      onCancel={(event) => {
        // Escape stops a running import first; closing comes after its summary.
        if (!isBusy) return
        event.preventDefault()
        cancel()
      }}
      onClose={onClose}
    >
      <h2 id="import-title">Import contacts</h2>
      <Stage {...running} />
      <div className="buttons end">
        {isBusy ? (
          <button type="button" className="button" onClick={cancel}>
            Cancel import
          </button>
        ) : (
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {state.type === 'done' ? 'Done' : 'Close'}
          </button>
        )}
      </div>
    </dialog>
  )
}

const Stage = ({ state, begin }: Import) => {
  switch (state.type) {
    case 'choosing':
      return <ChooseFile problem={state.problem} onFile={begin} />
    case 'reading':
      return <Progress says={`Reading ${state.fileName}…`} />
    case 'importing':
      return <Progress says={`Importing ${state.fileName}…`} share={state.share} />
    case 'done':
      return <ImportSummary result={state.result} />
  }
}

const ChooseFile = (props: { problem: string; onFile: (file: File) => void }) => {
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    const [file] = event.dataTransfer.files
    if (file) props.onFile(file)
  }
  return (
    <>
      <label className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <FileUp aria-hidden="true" size={26} />
        <span>Choose a file, or drop it here</span>
        <span className="quiet small">
          Google Contacts CSV, or vCard (.vcf) from Apple, Outlook, phones
        </span>
        <input
          type="file"
          aria-label="File to import"
          accept=".csv,.vcf,.vcard,text/csv,text/vcard,text/x-vcard"
          onChange={(event) => {
            const file = event.target.files?.[0]
            if (file) props.onFile(file)
          }}
        />
      </label>
      <p className="field-error still" role="alert">
        {props.problem}
      </p>
    </>
  )
}

const Progress = ({ says, share }: { says: string; share?: number }) => (
  <div className="progress">
    <p>
      <span>{says}</span>
      {share !== undefined && <span className="quiet">{Math.floor(share * 100)}%</span>}
    </p>
    <progress aria-label={says} max={1} value={share} />
  </div>
)
