import { NOT_LISTED_YET, useSyncStatus } from 'kith-client/react'
import { FirstSteps } from '../first-minute/first-steps.js'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { useIsSinglePane } from '../workspace/use-is-narrow.js'
import { useListState } from './list-state.js'
import { NoMatch } from './no-match.js'

export interface NoContactsProps {
  view: 'contacts' | 'deleted'
  isFiltered: boolean
  onImport: () => void
}

/** Why the list is empty, and never "none yet" before it is known. */
export const NoContacts = ({ view, isFiltered, onImport }: NoContactsProps) => {
  const state = useSyncStatus(({ connection }) => connection.state)
  const whyReadOnly = useWhyReadOnly()
  const isSinglePane = useIsSinglePane()
  const { ids } = useListState()
  if (state === 'loading' || ids === NOT_LISTED_YET) return <div className="empty" />
  if (isFiltered) return <NoMatch />
  if (view === 'deleted') return <p className="empty quiet">No deleted contacts.</p>
  if (state !== 'live') {
    return <p className="empty quiet">No contacts on this device yet.</p>
  }
  if (whyReadOnly) {
    return (
      <div className="empty quiet">
        <p>No contacts yet.</p>
        <p className="small">{whyReadOnly}</p>
      </div>
    )
  }
  // Beside the list there is more room for it.
  if (!isSinglePane) return <div className="empty" />
  return <FirstSteps onImport={onImport} />
}
