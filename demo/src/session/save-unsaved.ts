import type { Workspace } from 'kith-client'
import { plainName, saveFile } from '../export/save-file.js'

/** What no server has, as a file of the person's own; `docs/storage.md` describes it. */
export const saveUnsaved = (workspace: Workspace, name: string): void => {
  const text = JSON.stringify(workspace.exportUnsaved(), null, 2)
  saveFile(`unsaved-${plainName(name) || 'changes'}.json`, 'application/json', text)
}
