/** A bit flipped on the disk, in the files of PostgreSQL, whose own checksums notice it. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONTACTS, FIELDS } from 'kith-shared'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../server/edge/database.js'
import { createEpochs } from '../../server/edge/epochs.js'
import { readQuarantine } from '../../server/edge/history.js'
import { createJournal } from '../../server/edge/journal.js'
import { createMetrics } from '../../server/edge/metrics.js'
import { migrate } from '../../server/edge/migrate.js'
import { mendedJournal } from '../../server/mended-journal.js'
import { Mender } from '../../server/mender.js'
import { createDatabase } from '../harness/database.js'
import { inThisThread, KeptWorkspace, newClientId, silent } from '../harness/kept-workspace.js'

const program = fileURLToPath(new URL('../../server/dist/command.js', import.meta.url))

/** Not held by any cache yet: its files were copied. */
const copyOf = async (url: string): Promise<{ url: string; folder: string }> => {
  const name = `test_${randomBytes(6).toString('hex')}`
  const owner = new pg.Client({ connectionString: inject('postgresUrl') })
  await owner.connect()
  const from = new URL(url).pathname.slice(1)
  await owner.query(`create database ${name} template ${from} strategy file_copy`)
  const { rows } = await owner.query<{ folder: string; oid: number }>(
    `select current_setting('data_directory') as folder, oid from pg_database where datname = $1`,
    [name],
  )
  onTestFinished(async () => {
    await owner.query(`drop database if exists ${name} with (force)`)
    await owner.end()
  })
  const copy = new URL(url)
  copy.pathname = `/${name}`
  return { url: copy.href, folder: join(rows[0]?.folder ?? '', 'base', `${rows[0]?.oid}`) }
}

const fileOf = async (database: Database, table: string): Promise<string> => {
  const [row] = await database.run<{ file: string }>({
    text: `select pg_relation_filenode(case $2 when 'toast' then reltoastrelid else oid end)::text
        as file from pg_class where oid = $1::regclass`,
    values: [table.replace('.toast', ''), table.endsWith('.toast') ? 'toast' : ''],
  })
  return row?.file ?? ''
}

/** Flips one bit behind `text`, in the files themselves. */
const flipBehind = async (path: string, text: string): Promise<void> => {
  const at = (await readFile(path)).indexOf(text)
  if (at < 0) throw new Error(`${text} is not in ${path}`)
  const handle = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, at + text.length)
  await handle.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, at + text.length)
  await handle.sync()
  await handle.close()
}

const BIG = 'y'.repeat(12_000)

/** Two workspaces whose rows share their pages, with a bit flipped in the `table` of one. */
const damaged = async (
  table: 'journal' | 'snapshots.toast',
  mark: string,
  finish: (workspace: KeptWorkspace) => Promise<unknown> = (workspace) => workspace.compact(),
) => {
  const fresh = await createDatabase()
  onTestFinished(() => fresh.drop())
  const before = openDatabase({ url: fresh.url, poolSize: 2, log: silent })
  await migrate(before)
  const hurt = await new KeptWorkspace(before).create()
  const other = await new KeptWorkspace(before).create()
  for (const workspace of [hurt, other]) {
    await workspace.contact(0, 'one')
    await workspace.field(1, 'one/title', BIG)
    if (table !== 'journal') await workspace.compact()
    const name = workspace === hurt ? mark : 'fine'
    await workspace.field(2, `one/${name}`, 'a name')
    await workspace.contact(0, 'two')
  }
  if (table !== 'journal') await finish(hurt)
  const file = await fileOf(before, table)
  await before.close()
  const copy = await copyOf(fresh.url)
  await flipBehind(join(copy.folder, file), mark)
  const database = openDatabase({ url: copy.url, poolSize: 2, log: silent })
  onTestFinished(() => database.close())
  const metrics = createMetrics({ connections: () => 0, rooms: () => 0 })
  const ports = { database, documents: inThisThread, log: silent, metrics, newClientId }
  const mender = new Mender(ports)
  const journal = mendedJournal(createJournal(database, silent), mender)
  return { url: copy.url, database, journal, hurt, other }
}

const state = async (workspace: KeptWorkspace, journal: KeptWorkspace['journal']) => {
  const { doc } = await workspace.read(journal)
  const contacts = [...doc.getMap(CONTACTS).keys()].sort()
  return { contacts, fields: [...doc.getMap(FIELDS).keys()].sort() }
}

describe('a page that PostgreSQL refuses to read', () => {
  it('[K2, K3] costs the damaged row alone, and no workspace beside it', async () => {
    const { database, journal, hurt, other } = await damaged('journal', 'hurt')
    await expect(createJournal(database, silent).load(other.id)).rejects.toThrow('invalid page')
    const all = { contacts: ['one', 'two'], fields: ['one/fine', 'one/title'] }
    expect(await state(other, journal)).toEqual(all)
    expect(await state(hurt, journal)).toEqual({ ...all, fields: ['one/title'] })
    const found = await readQuarantine(database.run, hurt.id)
    expect(found).toMatchObject([{ what: 'row', seq: 3, reason: 'checksum' }])
    expect(await readQuarantine(database.run, other.id)).toEqual([])
  })

  it('[K2] under a snapshot gives way to the one before', async () => {
    const { database, journal, hurt } = await damaged('snapshots.toast', 'hurt')
    const fields = ['one/hurt', 'one/title']
    expect(await state(hurt, journal)).toEqual({ contacts: ['one', 'two'], fields })
    const found = await readQuarantine(database.run, hurt.id)
    expect(found.map(({ what, seq }) => `${what} ${seq}`)).toEqual(['document 4', 'index 4'])
  })

  it('[K2, E3] ends no road, but for a state that is damaged itself', async () => {
    const { database, hurt } = await damaged('snapshots.toast', 'hurt', (workspace) =>
      workspace.renew(),
    )
    const epochs = createEpochs(database, silent)
    expect(await epochs.road(hurt.id, 1)).toEqual({ outcome: 'gone' })
  })

  it('[K7] is told, and what lies on it is written anew where that is allowed', async () => {
    const { url, hurt, other } = await damaged('journal', 'hurt')
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [program, ...args], {
        env: { PATH: process.env.PATH, DATABASE_URL: url },
        encoding: 'utf8',
      })
    const seen = run('verify', '--all', '--dry-run')
    expect(seen.status).toBe(1)
    for (const { id } of [hurt, other]) {
      expect(seen.stdout).toContain(`${id}: DAMAGED, it lies on pages`)
    }
    const out = join(tmpdir(), `${other.id}.yjs`)
    const early = run('export', other.id, '--out', out)
    expect(early).toMatchObject({ status: 1, stderr: expect.stringContaining('verify') })
    expect(early.stderr).not.toContain('at ')
    const mended = run('verify', '--all')
    expect(mended.status).toBe(1)
    expect(mended.stdout).toContain(`${hurt.id}: DAMAGED, 4 rows`)
    expect(mended.stdout).toContain('  moved to the quarantine: row 3\n')
    expect(mended.stdout).toContain(`${other.id}: good, 4 rows`)
  })
})
