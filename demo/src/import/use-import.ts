import { useWorkspace } from 'kith-client/react'
import { useEffect, useRef, useState } from 'react'
import { parseFile, UnreadableFile } from './parse-file.js'
import { type ImportResult, runImport } from './run-import.js'

export type ImportState =
  | { type: 'choosing'; problem: string }
  | { type: 'reading'; fileName: string }
  | { type: 'importing'; fileName: string; share: number }
  | { type: 'done'; result: ImportResult }

export interface Import {
  state: ImportState
  begin: (file: File) => void
  cancel: () => void
}

/** One import at a time; it ends with the component. */
export const useImport = (): Import => {
  const workspace = useWorkspace()
  const [state, setState] = useState<ImportState>({ type: 'choosing', problem: '' })
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const run = async (file: File): Promise<void> => {
    if (!workspace) return
    const controller = new AbortController()
    running.current = controller
    const { signal } = controller
    setState({ type: 'reading', fileName: file.name })
    try {
      const parsed = await parseFile(file, signal)
      const onProgress = (share: number): void =>
        setState({ type: 'importing', fileName: file.name, share })
      onProgress(0)
      setState({ type: 'done', result: await runImport(workspace, parsed, onProgress, signal) })
    } catch (error) {
      if (signal.aborted) setState({ type: 'choosing', problem: '' })
      else setState({ type: 'choosing', problem: problemText(error) })
    }
  }
  return {
    state,
    begin: (file) => void run(file),
    cancel: () => running.current?.abort(),
  }
}

const problemText = (error: unknown): string =>
  error instanceof UnreadableFile
    ? error.message
    : `The import stopped: ${error instanceof Error ? error.message : String(error)}`
