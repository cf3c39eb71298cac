import type { FileContent, ReadOptions } from './read-file.js'

/** Bytes. What is larger is no address book, and would fill the device's memory. */
const MAX_FILE = 64 * 1024 * 1024

/**
 * Reads a file in a worker, so that the page stays quick.
 *
 * @throws the signal's reason when it is aborted
 */
export const parseFile = async (
  file: File,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<FileContent> => {
  if (file.size > MAX_FILE) return unreadable(tooLarge(file.size))
  const bytes = await file.arrayBuffer().catch(() => undefined)
  signal.throwIfAborted()
  if (bytes === undefined) return unreadable('This file can’t be opened.')
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' })
    const finish = (act: () => void): void => {
      worker.terminate()
      signal.removeEventListener('abort', abort)
      act()
    }
    const abort = (): void => finish(() => reject(signal.reason))
    signal.addEventListener('abort', abort)
    worker.onerror = (event) => finish(() => resolve(unreadable(whyFailed(event))))
    worker.onmessageerror = () => finish(() => resolve(unreadable('This file can’t be read.')))
    // The worker is ours and posts nothing else.
    worker.onmessage = ({ data }: MessageEvent<FileContent>) => finish(() => resolve(data))
    worker.postMessage({ bytes, options }, [bytes])
  })
}

/** What is thrown in the worker has a message; what can't be loaded has none. */
const whyFailed = (event: Event): string =>
  event instanceof ErrorEvent && event.message !== ''
    ? 'This file can’t be read.'
    : 'The part of Kith that reads files could not be loaded. The network may be away, or there is a new version: reload this page, and try again.'

const unreadable = (reason: string): FileContent => ({ type: 'unreadable', reason })

const tooLarge = (size: number): string => {
  const megabytes = Math.ceil(size / 1024 / 1024).toLocaleString('en')
  return `This file has ${megabytes} MB, and 64 MB is the most that can be read. Nothing was imported. Export fewer contacts at a time, or without photos.`
}
