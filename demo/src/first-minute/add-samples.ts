import type { UndoAction, Workspace } from 'kith-client'
import { aboutText } from 'kith-shared'
import { SAMPLES } from './samples.js'

/** As one step. Gives how many there are, and what takes all of them back. */
export const addSamples = (
  workspace: Workspace,
): { count: number; step: UndoAction | undefined } => {
  const { actions, undo } = workspace
  undo.asOne(() => {
    for (const { contact, about, note } of SAMPLES) {
      const id = actions.createContact(contact)
      if (about !== undefined) aboutText(workspace.doc, id).insert(0, about)
      if (note !== undefined) actions.addNote(id, note)
    }
  })
  return { count: SAMPLES.length, step: undo.state().undo }
}
