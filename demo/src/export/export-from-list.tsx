import type { ContactId } from 'kith-shared'
import { useListState } from '../list/list-state.js'
import { ExportDialog, type ExportDialogProps } from './export-dialog.js'

/** The export, with what the list shows for a choice: those picked, else what filters leave. */
export const ExportFromList = (props: Omit<ExportDialogProps, 'shown'>) => {
  const { view, ids, isNarrowed, selection } = useListState()
  const picked = ids.filter((id: ContactId) => selection.picked.has(id))
  const narrowed = isNarrowed || view === 'deleted' ? ids : undefined
  return <ExportDialog {...props} shown={picked.length > 0 ? picked : narrowed} />
}
