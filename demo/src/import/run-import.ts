import type { UndoAction } from 'kith-client'
import { type DuplicateHandling, type ImportCounts, type Match, Matcher } from './import-plan.js'
import { ImportWriter } from './import-writer.js'
import { type ImportTarget, planSource } from './known-contact.js'
import type { FileContact, ParsedContacts, Remark } from './parsed-contacts.js'

export interface ImportResult {
  counts: ImportCounts
  /** Before all was read into the workspace: by the person, or because it takes no edits any more. */
  wasStopped: 'no' | 'cancelled' | 'read-only'
  /** What undo takes back; `undefined` where nothing was written. */
  step: UndoAction | undefined
  skipped: readonly Remark[]
  leftOut: readonly Remark[]
}

export interface ImportRun {
  /** Gets how much of the whole is done, from 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

/** Contacts looked at before the page gets a turn. */
const AT_ONCE = 100

/**
 * Finds who of the file is here already.
 *
 * @throws the signal's reason when it is aborted
 */
export const matchContacts = async (
  workspace: ImportTarget,
  contacts: readonly FileContact[],
  signal: AbortSignal,
): Promise<Match[]> => {
  const matcher = new Matcher(planSource(workspace))
  while (matcher.learn(AT_ONCE * 10)) await nextTask(signal)
  const matches: Match[] = []
  for (const contact of contacts) {
    matches.push(matcher.match(contact))
    if (matches.length % AT_ONCE === 0) await nextTask(signal)
  }
  return matches
}

/**
 * Writes what a file held into the workspace, as one step of undo. One that is stopped keeps what
 * it has made, and says how much that is, and how it is taken back.
 */
export const runImport = async (
  workspace: ImportTarget,
  parsed: ParsedContacts,
  handling: DuplicateHandling,
  { onProgress, signal }: ImportRun,
): Promise<ImportResult> => {
  const writer = new ImportWriter(workspace, handling)
  let wasStopped: ImportResult['wasStopped'] = 'no'
  try {
    // Anew, since others work here while a person looks at the counts.
    const matches = await matchContacts(workspace, parsed.contacts, signal)
    for (const [at, file] of parsed.contacts.entries()) {
      if (!workspace.mayEdit()) {
        wasStopped = 'read-only'
        break
      }
      const match = matches[at]
      if (match) writer.take(file, match)
      if (!writer.isFull()) continue
      writer.flush()
      onProgress((at + 1) / parsed.contacts.length)
      await nextTask(signal)
    }
    if (wasStopped === 'no') writer.flush()
  } catch (error) {
    if (!signal.aborted) throw error
    wasStopped = 'cancelled'
  }
  const { counts, step, refused } = writer
  const leftOut = [...parsed.leftOut, ...refused]
  return { counts, wasStopped, step, skipped: parsed.skipped, leftOut }
}

/** By a message: a timer would wait for a second in a tab that nobody sees. */
const nextTask = async (signal: AbortSignal): Promise<void> => {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
  signal.throwIfAborted()
}
