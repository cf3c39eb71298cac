import { Download } from 'lucide-react'
import { saveFile } from '../export/save-file.js'
import type { Remark } from './parsed-contacts.js'
import { number, remarksFile, remarkText } from './summary.js'

/** Lines listed; the file to download has all. */
const LISTED = 200

export interface RemarksProps {
  skipped: readonly Remark[]
  leftOut: readonly Remark[]
  fileName: string
}

export const Remarks = ({ skipped, leftOut, fileName }: RemarksProps) => {
  if (skipped.length + leftOut.length === 0) return null
  const save = (): void => {
    const name = `${fileName.replace(/\.[^.]*$/, '')}-not-imported.csv`
    saveFile(name, 'text/csv', remarksFile(skipped, leftOut))
  }
  return (
    <div className="remarks">
      <List title="Skipped lines" remarks={skipped} />
      <List title="Left out of contacts that are imported" remarks={leftOut} />
      <button type="button" className="link-button" onClick={save}>
        <Download aria-hidden="true" size={14} /> Download this list
      </button>
    </div>
  )
}

const List = ({ title, remarks }: { title: string; remarks: readonly Remark[] }) => {
  if (remarks.length === 0) return null
  const rest = remarks.length - LISTED
  return (
    <details>
      <summary>
        {title} ({number(remarks.length)})
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keys too */}
      <ul tabIndex={0} aria-label={title}>
        {remarks.slice(0, LISTED).map((remark) => (
          <li key={`${remark.line} ${remark.reason}`}>{remarkText(remark)}</li>
        ))}
        {rest > 0 && <li>and {number(rest)} more</li>}
      </ul>
    </details>
  )
}
