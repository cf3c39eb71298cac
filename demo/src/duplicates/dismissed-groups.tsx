import { useContactIds } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { useMemo } from 'react'
import type { Dismissal } from './dismissals.js'
import { DuplicateGroup } from './duplicate-group.js'

export interface DismissedGroupsProps {
  dismissals: readonly Dismissal[]
  onBringBack: (ids: readonly ContactId[]) => void
}

/** Those who were told apart, behind a line of their own; the last ones first. */
export const DismissedGroups = ({ dismissals, onBringBack }: DismissedGroupsProps) => {
  const listed = useContactIds()
  const shown = useMemo(() => {
    const living = new Set(listed)
    return dismissals.filter((ids) => ids.filter((id) => living.has(id)).length > 1).toReversed()
  }, [dismissals, listed])
  if (shown.length === 0) return null
  return (
    <details className="dismissed">
      <summary data-testid="dismissed-count">
        {shown.length.toLocaleString('en')} dismissed as not the same person
      </summary>
      <p className="quiet small">Kept on this device.</p>
      <ul className="duplicate-groups" aria-label="Dismissed">
        {shown.map((ids) => (
          <DuplicateGroup key={ids.join()} ids={ids} testId="dismissed">
            <button type="button" className="button" onClick={() => onBringBack(ids)}>
              Look again
            </button>
          </DuplicateGroup>
        ))}
      </ul>
    </details>
  )
}
