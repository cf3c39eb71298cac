import { useMayWrite } from '../session/use-may-write.js'
import { Remarks } from './remarks.js'
import type { ImportResult } from './run-import.js'
import { countOf, summaryText } from './summary.js'
import type { TakenBack } from './use-import.js'

export interface ImportSummaryProps {
  fileName: string
  result: ImportResult
  takenBack: TakenBack
  onTakeBack: () => void
  onClose: () => void
}

/** What came of it, and the way back. */
export const ImportSummary = (props: ImportSummaryProps) => {
  const { result, takenBack } = props
  const mayWrite = useMayWrite()
  const mayTakeBack = result.step !== undefined && takenBack === 'no' && mayWrite
  const isStopped = result.wasStopped !== 'no'
  return (
    <div data-testid="import-summary" className="stack">
      <p role="status">{takenBack === 'no' ? words(result) : TAKEN_BACK[takenBack]}</p>
      <Remarks skipped={result.skipped} leftOut={result.leftOut} fileName={props.fileName} />
      <div className="buttons end">
        {mayTakeBack && (
          <button type="button" className="button start" onClick={props.onTakeBack}>
            {isStopped ? 'Take back what was imported' : 'Undo import'}
          </button>
        )}
        <button type="button" className="button primary" onClick={props.onClose}>
          {isStopped && mayTakeBack ? `Keep ${countOf(touched(result))}` : 'Done'}
        </button>
      </div>
    </div>
  )
}

const TAKEN_BACK = {
  yes: 'Taken back: everything is as it was before.',
  nothing: 'Somebody has changed all of it since: nothing was taken back.',
} as const

const touched = ({ counts }: ImportResult): number =>
  counts.created + counts.updated + counts.restored

const words = ({ counts, skipped, wasStopped, step }: ImportResult): string => {
  if (wasStopped === 'no') return summaryText(counts, skipped)
  const why =
    wasStopped === 'cancelled' ? 'Stopped.' : 'Stopped: you may not edit this workspace any more.'
  if (step === undefined) return `${why} Nothing was imported.`
  return `${why} ${summaryText(counts, [])} before that.`
}
