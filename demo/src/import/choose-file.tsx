import { FileUp } from 'lucide-react'
import type { DragEvent } from 'react'

export const ChooseFile = (props: { problem: string; onFile: (file: File) => void }) => {
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
          CSV of Google Contacts, Outlook or any table, vCard (.vcf) of phones and Apple, or JSON of
          Kith
        </span>
        <input
          type="file"
          aria-label="File to import"
          accept=".csv,.tsv,.txt,.vcf,.vcard,.json,text/csv,text/vcard,text/x-vcard,application/json"
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
