/** Where a lane's PostgreSQL comes from: the run's, one of its own, or the server's own. */
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../server/edge/embedded-postgres.js'
import { createDatabase } from '../harness/database.js'
import { type PostgresProcesses, processesOf, startMortalPostgres } from './mortal-postgres.js'
import { type Disk, startOnSmallDisk } from './small-disk.js'

export type PostgresKind = 'shared' | 'mortal' | 'embedded' | 'small disk'

export interface LanePostgres {
  /** Undefined where the server has its own. */
  readonly given: string | undefined
  /** As it is now: an embedded one that died comes back on another port. */
  url(): string
  readonly processes: PostgresProcesses | undefined
  readonly disk?: Disk
  close(): Promise<void>
}

export const openPostgres = async (kind: PostgresKind, dataDir: string): Promise<LanePostgres> => {
  if (kind === 'shared') {
    const { url, drop } = await createDatabase()
    return { given: url, url: () => url, processes: undefined, close: drop }
  }
  if (kind === 'mortal') {
    const { url, processes, close } = await startMortalPostgres(join(dataDir, 'pg'))
    return { given: url, url: () => url, processes, close }
  }
  if (kind === 'small disk') {
    const folder = join(dataDir, 'disk')
    await mkdir(folder)
    const { url, ...rest } = await startOnSmallDisk(folder)
    return { given: url, url: () => url, ...rest }
  }
  return {
    given: undefined,
    url: () => embeddedUrl(dataDir),
    processes: processesOf(dataDir),
    close: async () => {
      const log = { info: () => undefined, warn: () => undefined }
      await (await startEmbeddedPostgres({ dataDir, log })).close()
    },
  }
}

const embeddedUrl = (dataDir: string): string => {
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()
  const port = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]
  return `postgres://kith:${password}@127.0.0.1:${port}/kith?sslmode=disable`
}
