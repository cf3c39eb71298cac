import type { ContactId } from 'kith-shared'
import type { ReactNode } from 'react'
import { Dialog } from '../dialog/dialog.js'
import { KeysHelp } from '../palette/keys-help.js'
import { PaletteDialog } from '../palette/palette-dialog.js'
import type { ScreenActs } from '../palette/use-commands.js'
import { filesPart, peoplePart } from '../parts/from-workspace.js'
import { Later } from '../parts/later.js'

export type OpenDialog = 'import' | 'export' | 'people' | 'settings' | 'palette' | 'help' | 'none'

export interface DialogsProps extends ScreenActs {
  open: OpenDialog
  workspaceId: string
  /** The workspace's. */
  name: string
  /** The contact that is open. */
  selected: ContactId | undefined
  onClose: () => void
  /** As `onClose`, where another dialog may have been opened since. */
  onPaletteClose: () => void
}

/** The one dialog that is open. The palette is here from the start: keys may run ahead of it. */
export const Dialogs = (props: DialogsProps) => {
  const { open, workspaceId, name, selected, onClose, onPaletteClose, ...acts } = props
  const about = { workspaceId, name, onClose }
  const framed = (title: string) => (notice: ReactNode) => (
    <Dialog title={title} onClose={onClose}>
      {notice}
    </Dialog>
  )
  switch (open) {
    case 'import':
      return (
        <Later part={filesPart} frame={framed('Import contacts')}>
          {({ ImportDialog }) => <ImportDialog onClose={onClose} />}
        </Later>
      )
    case 'export':
      return (
        <Later part={filesPart} frame={framed('Export contacts')}>
          {({ ExportFromList }) => <ExportFromList {...about} contactId={selected} />}
        </Later>
      )
    case 'people':
      return (
        <Later part={peoplePart} frame={framed(`People in ${name}`)}>
          {({ PeopleDialog }) => <PeopleDialog {...about} />}
        </Later>
      )
    case 'settings':
      return (
        <Later part={peoplePart} frame={framed('Workspace settings')}>
          {({ SettingsDialog }) => <SettingsDialog {...about} />}
        </Later>
      )
    case 'help':
      return <KeysHelp onClose={onClose} />
    case 'palette':
      return <PaletteDialog {...acts} onClose={onPaletteClose} />
    case 'none':
      return null
  }
}
