import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MIN_SECRET_BYTES } from './token-verifier.js'

const FILE = 'development.secret'

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const read = async (file: string): Promise<Uint8Array | undefined> => {
  try {
    const secret = Buffer.from((await readFile(file, 'utf8')).trim(), 'hex')
    if (secret.length >= MIN_SECRET_BYTES) return secret
    throw new Error(`${file} does not hold a secret: remove it, and another is made`)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * The secret that signs development tokens, kept in `<dataDir>/development.secret` for its owner
 * alone (mode 0600), so that tokens outlive a restart. Written whole before it gets its name, and
 * by the first of several servers that start at once: the others take that one.
 */
export const keepDevelopmentSecret = async (dataDir: string): Promise<Uint8Array> => {
  const file = join(dataDir, FILE)
  const kept = await read(file)
  if (kept !== undefined) return kept
  await mkdir(dataDir, { recursive: true })
  const draft = `${file}-${randomBytes(6).toString('hex')}`
  try {
    const secret = randomBytes(MIN_SECRET_BYTES).toString('hex')
    await writeFile(draft, secret, { mode: 0o600, flag: 'wx', flush: true })
    // Unlike a rename, a link fails where the name is taken.
    await link(draft, file).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
  const secret = await read(file)
  if (secret === undefined) throw new Error(`${file} was removed while the server started`)
  return secret
}
