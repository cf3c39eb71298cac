import { existsSync, readFileSync, statSync } from 'node:fs'
import { EmbeddedPostgresError } from './error.js'
import { type Account, runProgram } from './program.js'

/**
 * PostgreSQL refuses to run as root. For root on Linux, in this order:
 * 1. an existing cluster that belongs to someone else is run as that user;
 * 2. a user namespace maps root to an ordinary account: the files stay root's, nothing is created,
 *    and a folder closed to others will do;
 * 3. where namespaces are forbidden (most containers), the system account `postgres`, made if it
 *    is missing. It must be able to reach the data folder and the programs.
 */
export interface AccountNeeds {
  readonly dataDir: string
  readonly clusterDir: string
  /** The folder of PostgreSQL's programs. */
  readonly binaries: string
}

const plain: Account = { prefix: [] }

interface Entry {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const systemAccounts = (): Entry[] =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length >= 4)
    .map((parts) => ({ name: parts[0] ?? '', uid: Number(parts[2]), gid: Number(parts[3]) }))

/** initdb looks its user up, so the namespace must map to an id that /etc/passwd knows. */
const namespaceAccount = async (): Promise<Account | undefined> => {
  const ordinary = systemAccounts().filter((entry) => entry.uid > 0)
  const entry = ordinary.find(({ uid }) => uid === 1000) ?? ordinary[0]
  if (entry === undefined) return undefined
  const prefix = ['unshare', '--user', `--map-user=${entry.uid}`, `--map-group=${entry.gid}`]
  const { code } = await runProgram({ prefix }, ['true'])
  return code === 0 ? { prefix } : undefined
}

const postgresUser = async (): Promise<Entry | undefined> => {
  const find = (): Entry | undefined => systemAccounts().find(({ name }) => name === 'postgres')
  const existing = find()
  if (existing !== undefined) return existing
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  await runProgram(plain, ['useradd', ...flags, 'postgres'])
  return find()
}

const canReach = async (account: Account, folder: string): Promise<boolean> =>
  (await runProgram(account, ['sh', '-c', 'cd "$1"', 'sh', folder])).code === 0

const systemAccount = async (needs: AccountNeeds): Promise<Account> => {
  const entry = await postgresUser()
  const advice = 'Run Kith as an ordinary user, or set DATABASE_URL.'
  if (entry === undefined) {
    throw new EmbeddedPostgresError(
      'no-account',
      `PostgreSQL refuses to run as root, and here is neither a user namespace nor a user postgres. ${advice}`,
    )
  }
  const account: Account = { prefix: [], user: { uid: entry.uid, gid: entry.gid } }
  for (const folder of [needs.dataDir, needs.binaries]) {
    if (await canReach(account, folder)) continue
    throw new EmbeddedPostgresError(
      'no-account',
      `PostgreSQL refuses to run as root, and the user postgres cannot reach ${folder}. ${advice}`,
    )
  }
  return account
}

export const chooseAccount = async (needs: AccountNeeds): Promise<Account> => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return plain
  const owner = existsSync(needs.clusterDir) ? statSync(needs.clusterDir) : undefined
  if (owner !== undefined && owner.uid !== 0) {
    return { prefix: [], user: { uid: owner.uid, gid: owner.gid } }
  }
  const namespace = await namespaceAccount()
  if (namespace !== undefined) return namespace
  if (owner === undefined) return systemAccount(needs)
  throw new EmbeddedPostgresError(
    'no-account',
    `${needs.clusterDir} belongs to root, as which PostgreSQL refuses to run, and user namespaces ` +
      'are not allowed here. Give the folder to an ordinary user and run Kith as that user.',
  )
}
