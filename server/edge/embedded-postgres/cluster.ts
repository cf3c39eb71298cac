import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  chown,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.js'
import { EmbeddedPostgresError } from './error.js'
import { type Account, decisiveLine, runProgram } from './program.js'

/**
 * The cluster's files. A kill at any moment leaves either no cluster or a whole one:
 * 1. the password is on disk before the cluster that uses it, and never changes;
 * 2. initdb works in a folder of its own, which is renamed only when it is whole and synced;
 * 3. of two that begin at once, one rename wins, and both go on with the winner's cluster.
 */
export interface Cluster {
  readonly dataDir: string
  readonly clusterDir: string
  readonly logFile: string
  readonly password: string
  readonly account: Account
  readonly binaries: Binaries
}

export const superuser = 'kith'

const leftover = /^postgres\.(new|password)-/

const exists = (folder: string): boolean => existsSync(join(folder, 'PG_VERSION'))

const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** (1) `link` fails where the name is taken, so the first writer's password holds for all. */
export const readOrMakePassword = async (dataDir: string): Promise<string> => {
  const file = join(dataDir, 'postgres.password')
  if (!existsSync(file)) {
    const draft = join(dataDir, `postgres.password-${randomBytes(6).toString('hex')}`)
    await writeFile(draft, randomBytes(24).toString('hex'), { mode: 0o600, flush: true })
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await rm(draft)
    await syncFolder(dataDir)
  }
  return (await readFile(file, 'utf8')).trim()
}

const initdb = async (cluster: Cluster, folder: string, passwordFile: string): Promise<void> => {
  const { code, output } = await runProgram(cluster.account, [
    cluster.binaries.initdb,
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ])
  if (code === 0) return
  throw new EmbeddedPostgresError(
    'initdb-failed',
    `PostgreSQL could not create its cluster in ${cluster.dataDir}: ${decisiveLine(output)}`,
  )
}

/** (3) A rename onto a folder that is not empty fails; then another process was first. */
const publish = async (folder: string, clusterDir: string): Promise<void> => {
  try {
    await rename(folder, clusterDir)
    await syncFolder(dirname(clusterDir))
  } catch (error) {
    if (!exists(clusterDir)) throw error
    await rm(folder, { recursive: true, force: true })
  }
}

/** Makes the cluster unless it is there; says whether it was made. */
export const ensureCluster = async (cluster: Cluster): Promise<boolean> => {
  if (exists(cluster.clusterDir)) return false
  if (existsSync(cluster.clusterDir) && (await readdir(cluster.clusterDir)).length > 0) {
    throw new EmbeddedPostgresError(
      'initdb-failed',
      `${cluster.clusterDir} is not empty and holds no PostgreSQL cluster. Move it away, or set DATA_DIR.`,
    )
  }
  const suffix = randomBytes(6).toString('hex')
  const folder = join(cluster.dataDir, `postgres.new-${suffix}`)
  const passwordFile = join(cluster.dataDir, `postgres.password-${suffix}`)
  const { user } = cluster.account
  try {
    await mkdir(folder, { mode: 0o700 })
    await writeFile(passwordFile, cluster.password, { mode: 0o600 })
    if (user) for (const path of [folder, passwordFile]) await chown(path, user.uid, user.gid)
    await initdb(cluster, folder, passwordFile)
    await publish(folder, cluster.clusterDir)
  } catch (error) {
    // Whoever was first swept our folder away under initdb; their cluster is the one to go on with.
    if (!exists(cluster.clusterDir)) throw error
    return false
  } finally {
    await rm(passwordFile, { force: true })
  }
  return true
}

/**
 * What a killed initdb left. Only the owner of the cluster may sweep; another that is just
 * creating its folder loses it, finds ours in place, and is refused like any second owner.
 */
export const sweepLeftovers = async (dataDir: string): Promise<void> => {
  const names = (await readdir(dataDir)).filter((name) => leftover.test(name))
  for (const name of names) {
    // An initdb that outlived its parent may still write here; the next start tries again.
    await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

/** PostgreSQL appends to its log for ever; a new start is the moment to begin a new one. */
export const prepareLog = async ({ logFile, account }: Cluster): Promise<number> => {
  const handle = await open(logFile, 'a', 0o600)
  try {
    const { size } = await handle.stat()
    if (size > 1_000_000) await handle.truncate(0)
    if (account.user) await chown(logFile, account.user.uid, account.user.gid)
    await chmod(logFile, 0o600)
    return size > 1_000_000 ? 0 : size
  } finally {
    await handle.close()
  }
}
