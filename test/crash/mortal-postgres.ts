/** A PostgreSQL of one's own, whose processes are killed and stopped like anybody's. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../server/edge/embedded-postgres.js'

export interface MortalPostgres {
  readonly url: string
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

export const startMortalPostgres = async (dataDir: string): Promise<MortalPostgres> => {
  await mkdir(dataDir, { recursive: true })
  const log = { info: () => undefined, warn: () => undefined }
  const { url, close } = await startEmbeddedPostgres({ dataDir, log })
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
  const postmaster = (): number[] => {
    try {
      const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
      return pid > 0 ? [pid] : []
    } catch {
      return []
    }
  }
  const all = (): number[] => postmaster().flatMap((pid) => [pid, ...childrenOf(pid)])
  let frozen: number[] = []
  const thaw = (): void => signal(frozen.splice(0), 'SIGCONT')
  return {
    url,
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
    thaw,
    close: () => {
      thaw()
      return close()
    },
  }
}
