/** `export`: a workspace's present state as a file. */
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { contactFileOf } from '../core/exchange.js'
import type { Database } from '../edge/database.js'
import { stateAt } from '../past.js'
import { CommandError } from './command-error.js'
import type { Console } from './console.js'
import { existing } from './open.js'

export const FORMATS = ['yjs', 'json'] as const
type Format = (typeof FORMATS)[number]

export const exportWorkspace = async (
  database: Database,
  { print, progress }: Console,
  id: string | undefined,
  { out, format = 'yjs' }: { out: string | undefined; format: string | undefined },
): Promise<void> => {
  if (out === undefined) throw new CommandError('where to? give --out and a file', 2)
  if (!isFormat(format)) throw new CommandError(`--format: must be one of ${FORMATS.join(', ')}`, 2)
  const workspace = await existing(database, id)
  progress(`${workspace.id}: reading it`)
  const present = await stateAt(database.run, workspace.id, 'present')
  if (present.outcome === 'gone') {
    throw new CommandError(`${workspace.id}: ${present.problem}; verify it first`)
  }
  const bytes = format === 'yjs' ? present.document : jsonOf(present.document, workspace.name)
  await writeWhole(resolve(out), bytes)
  print(`${workspace.id}: ${bytes.length} bytes in ${out}, behind row ${present.seq}`)
}

const isFormat = (text: string): text is Format => (FORMATS as readonly string[]).includes(text)

const jsonOf = (document: Uint8Array, name: string): Uint8Array =>
  Buffer.from(`${JSON.stringify(contactFileOf(document, name), undefined, 2)}\n`)

/** A crash leaves the file that was there before, or the new one, on the disk. */
const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
  const draft = `${path}.${process.pid}`
  try {
    const handle = await open(draft, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw new CommandError(`${path}: can't be written (${codeOf(error)})`)
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
