import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, prepareLog } from './cluster.js'
import { EmbeddedPostgresError } from './error.js'
import { decisiveLine, runProgram } from './program.js'

/** PostgreSQL's own server process, which outlives us when we are killed. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
}

/** Given on the command line, these hold whatever a file in the cluster says. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=on',
  'full_page_writes=on',
  'synchronous_commit=on',
  'max_connections=60',
  'shared_buffers=64MB',
  'max_wal_size=512MB',
  'log_checkpoints=off',
  'jit=off',
]

const pidFile = ({ clusterDir }: Cluster): string => join(clusterDir, 'postmaster.pid')

/** Line 1 of postmaster.pid is the process, line 4 the port (absent while it is being written). */
export const readPostmaster = (cluster: Cluster): Postmaster | undefined => {
  try {
    const lines = readFileSync(pidFile(cluster), 'utf8').split('\n')
    const [pid, port] = [Number(lines[0]), Number(lines[3])]
    return pid > 0 ? { pid, port: port > 0 ? port : 0 } : undefined
  } catch {
    return undefined
  }
}

const errorCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const processExists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/**
 * A process id may have been handed on (after a reboot, or in a restarted container). A postmaster
 * works in its cluster's folder, so on Linux we can tell; a zombie works nowhere.
 */
export const isAlive = (cluster: Cluster, { pid }: Postmaster): boolean => {
  if (!processExists(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster.clusterDir)
  } catch (error) {
    return errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM'
  }
}

/**
 * PostgreSQL itself passes over a lock file whose process is gone, but believes one whose id
 * lives on in another program. Shared memory still tells it about a cluster in use.
 */
const forgetStranger = async (cluster: Cluster): Promise<void> => {
  const postmaster = readPostmaster(cluster)
  if (postmaster === undefined || !processExists(postmaster.pid)) return
  if (!isAlive(cluster, postmaster)) await rm(pidFile(cluster), { force: true })
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })

const tryStart = async (cluster: Cluster, port: number): Promise<string | undefined> => {
  await forgetStranger(cluster)
  const logStart = await prepareLog(cluster)
  const options = [...settings, `port=${port}`].map((setting) => `-c ${setting}`).join(' ')
  const { pgCtl } = cluster.binaries
  const { code, output } = await runProgram(
    cluster.account,
    [pgCtl, 'start', '-D', cluster.clusterDir, '-l', cluster.logFile, '-t', '60', '-o', options],
    { detached: true },
  )
  if (code === 0) return undefined
  const log = (await readFile(cluster.logFile)).subarray(logStart).toString('utf8')
  return decisiveLine(log === '' ? output : log)
}

/**
 * Starts a postmaster; returns when there is one, be it ours or that of someone who was faster. A
 * fixed port is kept; a free one may be lost between finding and using it, so that is tried again.
 */
export const startPostmaster = async (cluster: Cluster, fixedPort?: number): Promise<void> => {
  let failure = ''
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const outcome = await tryStart(cluster, fixedPort ?? (await freePort()))
    if (outcome === undefined) return
    failure = outcome
    const other = readPostmaster(cluster)
    if (other !== undefined && isAlive(cluster, other)) return
  }
  throw new EmbeddedPostgresError(
    'start-failed',
    `PostgreSQL could not start in ${cluster.clusterDir}: ${failure} (its log: ${cluster.logFile})`,
  )
}

/** A fast shutdown: open transactions are rolled back, the rest is written out and synced. */
export const stopPostmaster = async (cluster: Cluster): Promise<void> => {
  const { pgCtl } = cluster.binaries
  const postmaster = readPostmaster(cluster)
  if (postmaster === undefined || !isAlive(cluster, postmaster)) return
  await runProgram(cluster.account, [pgCtl, 'stop', '-D', cluster.clusterDir, '-m', 'fast', '-W'])
  const deadline = Date.now() + 60_000
  // Not pg_ctl's own waiting: that would wait for a successor who starts at once, too.
  while (readPostmaster(cluster)?.pid === postmaster.pid && isAlive(cluster, postmaster)) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        'stop-failed',
        `PostgreSQL (process ${postmaster.pid}) has not stopped within 60 s; its log: ${cluster.logFile}`,
      )
    }
    await pause(10)
  }
}
