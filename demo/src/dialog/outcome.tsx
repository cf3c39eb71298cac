import { useCallback, useState } from 'react'
import { type Failure, failureWords } from '../directory/failure.js'

/** What came of the last thing done in a dialog, which covers the page's own toasts. */
export interface Outcome {
  tone: 'done' | 'failed'
  text: string
}

export interface Outcomes {
  last: Outcome | undefined
  done: (text: string) => void
  failed: (failure: Failure) => void
}

export const useOutcomes = (): Outcomes => {
  const [last, setLast] = useState<Outcome>()
  const done = useCallback((text: string) => setLast({ tone: 'done', text }), [])
  const failed = useCallback(
    (failure: Failure) => setLast({ tone: 'failed', text: failureWords(failure) }),
    [],
  )
  return { last, done, failed }
}

/** Both regions are always there: a screen reader hears only what changes in one it knows. */
export const OutcomeLine = ({ outcome }: { outcome: Outcome | undefined }) => (
  <div className="outcome-line">
    <p role="status">{outcome?.tone === 'done' && outcome.text}</p>
    <p className="form-problem" role="alert">
      {outcome?.tone === 'failed' && outcome.text}
    </p>
  </div>
)
