/** A PostgreSQL that nobody else uses, whose processes are killed and stopped like anybody's. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../server/edge/embedded-postgres.js'

export interface PostgresProcesses {
  /** What postmaster.pid says of it: `starting`, `ready`, `stopping`; undefined where it is gone. */
  status(): string | undefined
  /** Whether its first process lives; a zombie does not. */
  isThere(): boolean
  /** Only the first process, as somebody's `kill` does; the others notice. */
  killPostmaster(): void
  /** All processes at once, as the system does when a container ends. */
  killAll(): void
  /** One that works for a client: PostgreSQL throws all the others out and recovers. */
  killBackend(): void
  /** Nothing of it runs until `thaw`; connections stay open. */
  freeze(): void
  /** Safe twice. */
  thaw(): void
}

export interface MortalPostgres {
  readonly url: string
  readonly processes: PostgresProcesses
  close(): Promise<void>
}

const statOf = (pid: number): string[] => {
  try {
    // The name in brackets may hold blanks.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return []
  }
}

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && Number(statOf(pid)[1]) === parent)

const titleOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It has ended by itself.
    }
  }
}

/** Of the embedded PostgreSQL in this data folder, whoever started it. */
export const processesOf = (dataDir: string): PostgresProcesses => {
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
  const lines = (): string[] => {
    try {
      return readFileSync(pidFile, 'utf8').split('\n')
    } catch {
      return []
    }
  }
  const postmaster = (): number[] => {
    const pid = Number(lines()[0])
    return pid > 0 ? [pid] : []
  }
  const all = (): number[] => postmaster().flatMap((pid) => [pid, ...childrenOf(pid)])
  let frozen: number[] = []
  return {
    status: () => lines()[7]?.trim(),
    isThere: () => postmaster().some((pid) => /^[^Z]$/.test(statOf(pid)[0] ?? '')),
    killPostmaster: () => signal(postmaster(), 'SIGKILL'),
    killAll: () => signal(all(), 'SIGKILL'),
    killBackend: () => {
      const backends = all().filter((pid) => titleOf(pid).includes('postgres: kith kith'))
      signal(backends.slice(0, 1), 'SIGKILL')
    },
    freeze: () => {
      frozen = all()
      signal(frozen, 'SIGSTOP')
    },
    thaw: () => signal(frozen.splice(0), 'SIGCONT'),
  }
}

/** Owned by this process, which starts it again when it dies. */
export const startMortalPostgres = async (dataDir: string): Promise<MortalPostgres> => {
  const log = { info: () => undefined, warn: () => undefined }
  const { url, close } = await startEmbeddedPostgres({ dataDir, log })
  const processes = processesOf(dataDir)
  return {
    url,
    processes,
    close: () => {
      processes.thaw()
      return close()
    },
  }
}
