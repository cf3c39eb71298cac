import { useMemo, useState } from 'react'
import {
  type ColumnMapping,
  type ColumnTarget,
  FIELD_NAMES,
  hasLabel,
  isColumnField,
} from './column-mapping.js'
import type { TextEncoding } from './decode-text.js'
import { previewRows } from './mapped-row.js'
import { PreviewList } from './preview-list.js'
import type { ReadOptions, Table } from './read-file.js'

export interface ColumnsFormProps {
  fileName: string
  table: Table
  /** The mapping is this person's own, of the last time. */
  isKept: boolean
  options: ReadOptions
  onOptions: (options: Partial<ReadOptions>) => void
  onMapping: (mapping: ColumnMapping) => void
  onBack: () => void
}

/** A table of anybody's: which column is what, seen at once in the first rows as contacts. */
export const ColumnsForm = (props: ColumnsFormProps) => {
  const { table, fileName, onMapping, onBack } = props
  const [mapping, setMapping] = useState(table.mapping)
  const preview = useMemo(() => previewRows(table.rows, mapping), [table.rows, mapping])
  const header = table.rows[0] ?? []
  const setColumn = (at: number, target: ColumnTarget): void =>
    setMapping({ ...mapping, columns: mapping.columns.with(at, target) })
  return (
    <>
      <p className="quiet">
        <strong className="breakable">{fileName}</strong>
        {props.isKept ? ' · read as the last time' : ' · guessed from its columns'}
      </p>
      <HowToRead {...props} mapping={mapping} onChange={setMapping} />
      <ul className="columns" aria-label="Columns">
        {mapping.columns.map((target, at) => {
          const name = mapping.hasHeader ? (header[at] ?? '').trim() : ''
          const shown = name === '' ? `Column ${at + 1}` : name
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            <li key={at}>
              <Column
                name={shown}
                sample={sampleOf(table, mapping, at)}
                target={target}
                onChange={(next) => setColumn(at, next)}
              />
            </li>
          )
        })}
      </ul>
      <PreviewList preview={preview} />
      <div className="buttons end at-foot">
        <button type="button" className="button" onClick={onBack}>
          Back
        </button>
        <button
          type="button"
          className="button primary"
          aria-disabled={preview.contacts.length === 0}
          onClick={() => preview.contacts.length > 0 && onMapping(mapping)}
        >
          Continue
        </button>
      </div>
    </>
  )
}

const sampleOf = ({ rows }: Table, { hasHeader }: ColumnMapping, at: number): string =>
  rows
    .slice(hasHeader ? 1 : 0)
    .map((row) => (row[at] ?? '').trim().slice(0, 60))
    .filter((cell) => cell !== '')
    .slice(0, 3)
    .join(' · ')

interface ColumnProps {
  name: string
  sample: string
  target: ColumnTarget
  onChange: (target: ColumnTarget) => void
}

const Column = ({ name, sample, target, onChange }: ColumnProps) => (
  <>
    <span className="column-name">
      <strong>{name}</strong>
      <span className="quiet small">{sample === '' ? 'empty' : sample}</span>
    </span>
    <select
      aria-label={`${name} is`}
      value={target.field}
      onChange={({ target: { value } }) => {
        const field = isColumnField(value) ? value : ''
        onChange({ field, label: hasLabel(field) ? target.label : '' })
      }}
    >
      <option value="">Leave out</option>
      {Object.entries(FIELD_NAMES).map(([field, words]) => (
        <option key={field} value={field}>
          {words}
        </option>
      ))}
    </select>
    {hasLabel(target.field) ? (
      <input
        aria-label={`Label of ${name}`}
        placeholder="Label, such as Work"
        value={target.label}
        maxLength={60}
        onChange={({ target: { value } }) => onChange({ ...target, label: value })}
      />
    ) : (
      <span className="column-space" />
    )}
  </>
)

const ENCODINGS: readonly [TextEncoding, string][] = [
  ['auto', 'Automatic'],
  ['utf-8', 'UTF-8'],
  ['utf-16le', 'UTF-16'],
  ['utf-16be', 'UTF-16, big-endian'],
  ['windows-1252', 'Windows-1252 (Western)'],
]

const SEPARATORS: readonly [string, string][] = [
  ['', 'Automatic'],
  [',', 'Comma'],
  [';', 'Semicolon'],
  ['\t', 'Tab'],
  ['|', 'Bar'],
]

const HowToRead = (
  props: ColumnsFormProps & { mapping: ColumnMapping; onChange: (mapping: ColumnMapping) => void },
) => (
  <div className="how-to-read">
    <label>
      <input
        type="checkbox"
        checked={props.mapping.hasHeader}
        onChange={({ target }) => props.onChange({ ...props.mapping, hasHeader: target.checked })}
      />
      First row names the columns
    </label>
    <label>
      Encoding
      <select
        value={props.options.encoding}
        onChange={({ target }) => {
          const chosen = ENCODINGS.find(([encoding]) => encoding === target.value)
          if (chosen) props.onOptions({ encoding: chosen[0] })
        }}
      >
        {ENCODINGS.map(([encoding, words]) => (
          <option key={encoding} value={encoding}>
            {words}
          </option>
        ))}
      </select>
    </label>
    <label>
      Separator
      <select
        value={props.options.separator}
        onChange={({ target }) => props.onOptions({ separator: target.value })}
      >
        {SEPARATORS.map(([separator, words]) => (
          <option key={separator} value={separator}>
            {words}
          </option>
        ))}
      </select>
    </label>
  </div>
)
