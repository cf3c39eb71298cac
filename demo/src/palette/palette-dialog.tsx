import type { ContactId } from 'kith-shared'
import { go } from '../workspace/route.js'
import { Palette } from './palette.js'
import { type ScreenActs, useCommands } from './use-commands.js'

export const PaletteDialog = ({ onClose, ...acts }: ScreenActs & { onClose: () => void }) => {
  const commands = useCommands(acts)
  return <Palette commands={commands} onContact={open} onClose={onClose} />
}

const open = (contactId: ContactId): void => go({ view: 'contacts', contactId })
