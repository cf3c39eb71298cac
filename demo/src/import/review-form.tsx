import { useState } from 'react'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { countPlan, type DuplicateHandling, type Match } from './import-plan.js'
import type { Table } from './read-file.js'
import { Remarks } from './remarks.js'
import { countOf, handlingText, number } from './summary.js'
import type { Review } from './use-import.js'

export interface ReviewFormProps {
  fileName: string
  review: Review
  onColumns: (table: Table) => void
  onBegin: (handling: DuplicateHandling) => void
  onBack: () => void
}

/** What the file holds and what would become of it; nothing is written yet. */
export const ReviewForm = ({ fileName, review, onColumns, onBegin, onBack }: ReviewFormProps) => {
  const { parsed, matches, format, table } = review
  const [handling, setHandling] = useState<DuplicateHandling>('fill')
  const whyReadOnly = useWhyReadOnly()
  const counts = countPlan(matches, handling)
  const changed = counts.created + counts.updated + counts.restored + counts.joined
  const known = matches.filter(({ type }) => type === 'known' || type === 'deleted').length
  const twice = matches.filter(({ type }) => type === 'twice').length
  return (
    <>
      <p>
        <strong className="breakable">{fileName}</strong>
        <span className="quiet"> · {format}</span>
      </p>
      <p role="status" data-testid="import-review">
        {countOf(parsed.contacts.length)} in the file
        {known > 0 && `, ${number(known)} of them here already`}
        {twice > 0 && `, ${number(twice)} of them twice`}
      </p>
      {known + twice > 0 && <Handling matches={matches} value={handling} onChange={setHandling} />}
      <Remarks skipped={parsed.skipped} leftOut={parsed.leftOut} fileName={fileName} />
      {whyReadOnly && (
        <p className="notice" role="alert">
          {whyReadOnly}
        </p>
      )}
      <div className="buttons end">
        {table && (
          <button type="button" className="button start" onClick={() => onColumns(table)}>
            Columns…
          </button>
        )}
        <button type="button" className="button" onClick={onBack}>
          Back
        </button>
        <button
          type="button"
          className="button primary"
          aria-disabled={changed === 0 || whyReadOnly !== undefined}
          onClick={() => changed > 0 && whyReadOnly === undefined && onBegin(handling)}
        >
          {changed === 0 ? 'Nothing to import' : `Import ${countOf(changed)}`}
        </button>
      </div>
    </>
  )
}

const WAYS: readonly { handling: DuplicateHandling; title: string }[] = [
  { handling: 'fill', title: 'Fill in what they lack here' },
  { handling: 'skip', title: 'Skip them' },
  { handling: 'import', title: 'Import them once more' },
]

const Handling = (props: {
  matches: readonly Match[]
  value: DuplicateHandling
  onChange: (handling: DuplicateHandling) => void
}) => (
  <fieldset className="choices">
    <legend>Those who are here already, or twice</legend>
    {WAYS.map(({ handling, title }) => (
      <label key={handling}>
        <input
          type="radio"
          name="duplicates"
          checked={props.value === handling}
          onChange={() => props.onChange(handling)}
        />
        <span>
          {title}
          <span className="quiet small">
            {handlingText(handling, countPlan(props.matches, handling))}
          </span>
        </span>
      </label>
    ))}
    <p className="quiet small">
      They are told by the id of an earlier export, or by the same name together with the same email
      address or phone number.
    </p>
  </fieldset>
)
