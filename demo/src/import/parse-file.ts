import type { ParsedContacts } from './parsed-contacts.js'

/** Bytes. What is larger is no address book, and would fill the device's memory. */
const MAX_FILE = 64 * 1024 * 1024

/** The file is no text that can be read here; the message is for people. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile'
}

/**
 * Reads a Google CSV or a vCard file in a worker, so that the page stays quick.
 *
 * @throws UnreadableFile
 * @throws the signal's reason when it is aborted
 */
export const parseFile = async (file: File, signal: AbortSignal): Promise<ParsedContacts> => {
  if (file.size > MAX_FILE) throw new UnreadableFile('This file is larger than 64 MB.')
  const bytes = await file.arrayBuffer().catch(() => {
    throw new UnreadableFile('This file can’t be opened.')
  })
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' })
    const finish = (act: () => void): void => {
      worker.terminate()
      signal.removeEventListener('abort', abort)
      act()
    }
    const abort = (): void => finish(() => reject(signal.reason))
    signal.addEventListener('abort', abort)
    worker.onerror = () => finish(() => reject(new UnreadableFile('This file can’t be read.')))
    // The worker is ours and posts nothing else.
    worker.onmessage = ({ data }: MessageEvent<ParsedContacts>) => finish(() => resolve(data))
    worker.postMessage(bytes, [bytes])
  })
}
