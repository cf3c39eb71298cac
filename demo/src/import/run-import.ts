import type { Workspace } from 'kith-client'
import type { ParsedContacts, Remark } from './parsed-contacts.js'

export interface ImportResult {
  imported: number
  wasCancelled: boolean
  skipped: readonly Remark[]
  leftOut: readonly Remark[]
}

/** Notes a transaction: each becomes one update, and the page stays quick between them. */
const NOTES_AT_ONCE = 50

/**
 * Writes what a file held into the workspace. A cancelled import keeps what it has already made,
 * and says how much that is.
 *
 * @param onProgress gets how much of the whole is done, from 0 to 1
 */
export const runImport = async (
  workspace: Workspace,
  parsed: ParsedContacts,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<ImportResult> => {
  const total = parsed.contacts.length + parsed.notes.length
  const result = { skipped: parsed.skipped, leftOut: parsed.leftOut }
  let imported = 0
  const contactsDone = (done: number): void => {
    imported = done
    onProgress(done / total)
  }
  try {
    const options = { onProgress: contactsDone, signal }
    const ids = await workspace.actions.importContacts(parsed.contacts, options)
    imported = ids.length
    for (let at = 0; at < parsed.notes.length; at += NOTES_AT_ONCE) {
      signal.throwIfAborted()
      workspace.doc.transact(() => {
        for (const { index, body } of parsed.notes.slice(at, at + NOTES_AT_ONCE)) {
          const id = ids[index]
          if (id !== undefined) workspace.actions.addNote(id, body)
        }
      })
      onProgress((parsed.contacts.length + at) / total)
      await nextTask()
    }
    return { ...result, imported, wasCancelled: false }
  } catch (error) {
    if (!signal.aborted) throw error
    return { ...result, imported, wasCancelled: true }
  }
}

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
