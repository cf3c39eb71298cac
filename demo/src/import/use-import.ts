import { useWorkspace } from 'kith-client/react'
import { useEffect, useRef, useState } from 'react'
import type { ColumnMapping } from './column-mapping.js'
import type { DuplicateHandling, Match } from './import-plan.js'
import { keepMapping, keptMapping } from './kept-mappings.js'
import { parseFile } from './parse-file.js'
import type { ParsedContacts } from './parsed-contacts.js'
import type { FileContent, ReadOptions, Table } from './read-file.js'
import { type ImportResult, matchContacts, runImport } from './run-import.js'

export type ImportState =
  | { type: 'choosing'; problem: string }
  | { type: 'reading'; fileName: string }
  /** A person says what the columns of a table hold. */
  | { type: 'columns'; fileName: string; table: Table; isKept: boolean }
  /** What would happen, before it does. */
  | { type: 'review'; fileName: string; review: Review }
  | { type: 'importing'; fileName: string; share: number }
  | { type: 'done'; fileName: string; result: ImportResult; takenBack: TakenBack }

/** `nothing`: it was tried, and others had changed all of it since. */
export type TakenBack = 'no' | 'yes' | 'nothing'

export interface Review {
  format: string
  parsed: ParsedContacts
  matches: readonly Match[]
  table: Table | undefined
}

export interface Import {
  state: ImportState
  options: ReadOptions
  choose: (file: File) => void
  /** Reads the file again, in another encoding or with another separator. */
  readAs: (options: Partial<ReadOptions>) => void
  map: (mapping: ColumnMapping) => void
  showColumns: (table: Table) => void
  begin: (handling: DuplicateHandling) => void
  takeBack: () => void
  /** Stops what runs, and goes back to choosing a file where nothing was written. */
  cancel: () => void
}

const CHOOSING: ImportState = { type: 'choosing', problem: '' }
const BY_LOOKS: ReadOptions = { encoding: 'auto', separator: '' }

/** One import at a time; it ends with the component. */
export const useImport = (): Import => {
  const workspace = useWorkspace()
  const [state, setState] = useState<ImportState>(CHOOSING)
  const [options, setOptions] = useState(BY_LOOKS)
  const file = useRef<File>(undefined)
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  /** What is begun later ends what runs. */
  const run = async (work: (signal: AbortSignal) => Promise<ImportState>): Promise<void> => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const next = await work(controller.signal).catch((error: unknown): ImportState => {
      if (controller.signal.aborted) return CHOOSING
      const why = error instanceof Error ? error.message : String(error)
      return { type: 'choosing', problem: `The import stopped: ${why}` }
    })
    if (running.current === controller) setState(next)
  }
  const read = (chosen: File, how: ReadOptions): void => {
    setState({ type: 'reading', fileName: chosen.name })
    setOptions(how)
    void run(async (signal) => {
      const content = await parseFile(chosen, how, signal)
      return stateOf(chosen.name, content, async (parsed) =>
        workspace ? await matchContacts(workspace, parsed.contacts, signal) : [],
      )
    })
  }
  const again = (how: ReadOptions): void => {
    if (file.current) read(file.current, how)
  }
  const begin = (handling: DuplicateHandling): void => {
    if (state.type !== 'review' || !workspace) return
    const { fileName, review } = state
    const onProgress = (share: number): void => setState({ type: 'importing', fileName, share })
    onProgress(0)
    void run(async (signal) => {
      const result = await runImport(workspace, review.parsed, handling, { onProgress, signal })
      return { type: 'done', fileName, result, takenBack: 'no' }
    })
  }
  const takeBack = (): void => {
    if (state.type !== 'done' || !state.result.step || !workspace) return
    const done = workspace.undo.undo(state.result.step)
    setState({ ...state, takenBack: done ? 'yes' : 'nothing' })
  }
  return {
    state,
    options,
    choose: (chosen) => {
      file.current = chosen
      read(chosen, BY_LOOKS)
    },
    readAs: (how) => {
      const { mapping: _mapping, ...rest } = { ...options, ...how }
      again(rest)
    },
    map: (mapping) => {
      if (state.type === 'columns') keepMapping(state.table.rows[0] ?? [], mapping)
      again({ ...options, mapping })
    },
    showColumns: (table) =>
      setState({ type: 'columns', fileName: file.current?.name ?? '', table, isKept: false }),
    begin,
    takeBack,
    cancel: () => {
      if (state.type === 'importing' || state.type === 'reading') running.current?.abort()
      else setState(CHOOSING)
    },
  }
}

const stateOf = async (
  fileName: string,
  content: FileContent,
  match: (parsed: ParsedContacts) => Promise<Match[]>,
): Promise<ImportState> => {
  switch (content.type) {
    case 'unreadable':
      return { type: 'choosing', problem: content.reason }
    case 'table': {
      const kept = keptMapping(content.table.rows[0] ?? [])
      const table = kept ? { ...content.table, mapping: kept } : content.table
      return { type: 'columns', fileName, table, isKept: kept !== undefined }
    }
    case 'contacts': {
      const { format, parsed, table } = content
      return {
        type: 'review',
        fileName,
        review: { format, parsed, table, matches: await match(parsed) },
      }
    }
  }
}
