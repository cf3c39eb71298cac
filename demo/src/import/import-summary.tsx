import type { Remark } from './parsed-contacts.js'
import type { ImportResult } from './run-import.js'
import { remarkText, summaryText } from './summary.js'

/** Lines listed; a file that is all wrong would give thousands. */
const LISTED = 200

export const ImportSummary = ({ result }: { result: ImportResult }) => (
  <div data-testid="import-summary">
    <p role="status">
      {result.wasCancelled && 'Stopped. '}
      {summaryText(result.imported, result.skipped)}
    </p>
    <Remarks title="Skipped lines" remarks={result.skipped} />
    <Remarks title="Left out of contacts that were imported" remarks={result.leftOut} />
  </div>
)

const Remarks = ({ title, remarks }: { title: string; remarks: readonly Remark[] }) => {
  if (remarks.length === 0) return null
  const rest = remarks.length - LISTED
  return (
    <details className="remarks">
      <summary>
        {title} ({remarks.length.toLocaleString('en')})
      </summary>
      <ul>
        {remarks.slice(0, LISTED).map((remark) => (
          <li key={`${remark.line} ${remark.reason}`}>{remarkText(remark)}</li>
        ))}
        {rest > 0 && <li>and {rest.toLocaleString('en')} more</li>}
      </ul>
    </details>
  )
}
