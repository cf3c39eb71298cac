import { FileUp } from 'lucide-react'
import { type DragEvent, useEffect, useState } from 'react'

export const ChooseFile = (props: { problem: string; onFile: (file: File) => void }) => {
  const [isOver, setOver] = useState(false)
  useNoStrayDrop()
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file) props.onFile(file)
  }
  return (
    <>
      <label
        className="drop"
        data-over={isOver ? '' : undefined}
        onDragOver={() => setOver(true)}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileUp aria-hidden="true" size={26} />
        <span>Choose a file, or drop it here</span>
        <span className="quiet small">
          CSV, vCard or JSON, from Google, Outlook, Apple, a phone, a spreadsheet or Kith
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

/** A browser leaves the page for a file that is dropped beside the place for it. */
const useNoStrayDrop = (): void => {
  useEffect(() => {
    const stay = (event: Event): void => event.preventDefault()
    addEventListener('dragover', stay)
    addEventListener('drop', stay)
    return () => {
      removeEventListener('dragover', stay)
      removeEventListener('drop', stay)
    }
  }, [])
}
