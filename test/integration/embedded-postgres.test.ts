import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../server/edge/embedded-postgres.js'
import { waitFor } from '../harness/wait-for.js'

const log = { info: () => undefined, warn: () => undefined }
const ownerScript = fileURLToPath(new URL('../harness/embedded-postgres-owner.ts', import.meta.url))

let dataDir: string
let open: EmbeddedPostgres[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kith-embedded-'))
  open = []
})
afterEach(async () => {
  for (const postgres of open) await postgres.close()
  await rm(dataDir, { recursive: true, force: true })
})

const start = async (): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  open.push(postgres)
  return postgres
}

const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

const postmasterPid = (): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])

const spawnOwner = () =>
  spawn(process.execPath, ['--import', 'tsx', ownerScript, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const startOwner = async () => {
  const child = spawnOwner()
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { url, kill, pid: child.pid }
}

describe('the embedded PostgreSQL', () => {
  it('makes its cluster on the first start, and answers', async () => {
    const { url } = await start()
    expect(await query(url, 'select current_database() as name, 6 * 7 as answer')).toEqual([
      { name: 'kith', answer: 42 },
    ])
    expect(await query(url, `select getdatabaseencoding() as e`)).toEqual([{ e: 'UTF8' }])
    expect((await readdir(dataDir)).sort()).toEqual([
      'postgres',
      'postgres.log',
      'postgres.password',
    ])
  })

  it('syncs to disk, whatever a file in the cluster says', async () => {
    const first = await start()
    await query(first.url, 'alter system set fsync = off')
    await query(first.url, 'alter system set synchronous_commit = off')
    await first.close()
    const { url } = await start()
    const names = ['fsync', 'synchronous_commit', 'full_page_writes']
    for (const name of names) expect(await query(url, `show ${name}`)).toEqual([{ [name]: 'on' }])
  })

  it('lets in nobody without the password, which only its owner can read', async () => {
    const { url } = await start()
    const stranger = new URL(url)
    stranger.password = 'guess'
    await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600)
  })

  it('keeps its data through close and start; close is safe twice and stops the process', async () => {
    const first = await start()
    await query(first.url, `create table kept as select 'through close' as what`)
    await Promise.all([first.close(), first.close()])
    await first.close()
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
    await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const second = await start()
    expect(await query(second.url, 'select what from kept')).toEqual([{ what: 'through close' }])
  })

  it('is taken over, still running, by the server that follows a killed one', async () => {
    const owner = await startOwner()
    await query(owner.url, `create table kept as select 'through SIGKILL' as what`)
    const pid = postmasterPid()
    await owner.kill()
    const { url } = await start()
    expect(postmasterPid()).toBe(pid)
    expect(url).toBe(owner.url)
    expect(await query(url, 'select what from kept')).toEqual([{ what: 'through SIGKILL' }])
  })

  it('refuses a second server on the same folder, and the first goes on', async () => {
    const owner = await startOwner()
    try {
      await expect(start()).rejects.toMatchObject({
        name: 'EmbeddedPostgresError',
        reason: 'in-use',
        message: expect.stringMatching(
          new RegExp(
            `^Another server uses the data folder ${dataDir} \\(.*process ${owner.pid}\\)`,
          ),
        ),
      })
      expect(await query(owner.url, 'select 1 as one')).toEqual([{ one: 1 }])
    } finally {
      await owner.kill()
      await start()
    }
  })

  it('lets exactly one of two that begin at once on an empty folder win', async () => {
    const outcomes = await Promise.allSettled([start(), start()])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = outcomes.find(({ status }) => status === 'rejected')
    expect(refused).toMatchObject({ reason: { reason: 'in-use' } })
  })

  it('starts PostgreSQL again under the same URL when that is killed', async () => {
    const { url } = await start()
    await query(url, `create table kept as select 'through a crash' as what`)
    const pid = postmasterPid()
    process.kill(pid, 'SIGKILL')
    const rows = await waitFor(
      async () => postmasterPid() !== pid && (await query(url, 'select what from kept')),
      { message: 'PostgreSQL to come back', timeout: 20_000 },
    )
    expect(rows).toEqual([{ what: 'through a crash' }])
  })

  it('passes over a lock file whose process id now belongs to another program', async () => {
    const first = await start()
    await query(first.url, `create table kept as select 'a stale lock' as what`)
    const file = join(dataDir, 'postgres', 'postmaster.pid')
    const lines = readFileSync(file, 'utf8').split('\n')
    await first.close()
    // Not this process or its parent: PostgreSQL knows its own ancestors and forgives those.
    const bystander = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
    try {
      await writeFile(file, [String(bystander.pid), ...lines.slice(1)].join('\n'))
      const { url } = await start()
      expect(await query(url, 'select what from kept')).toEqual([{ what: 'a stale lock' }])
    } finally {
      bystander.kill()
    }
  })

  const drafts = async () =>
    (await readdir(dataDir)).filter((name) => name.startsWith('postgres.new-'))
  const inDraft = async (file: string) =>
    (await drafts()).some((draft) => existsSync(join(dataDir, draft, file)))

  it.each<[string, () => boolean | Promise<boolean>]>([
    ['its folder is made', () => inDraft('.')],
    ['its control file is written', () => inDraft('global/pg_control')],
    ['it is whole', () => existsSync(join(dataDir, 'postgres', 'PG_VERSION'))],
    ['it is started', () => existsSync(join(dataDir, 'postgres', 'postmaster.pid'))],
  ])('is there whole after a kill of its first start when %s', async (_when, isSo) => {
    const child = spawnOwner()
    await waitFor(isSo, { message: 'that moment' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { url, close } = await start()
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
    await close()
    // The orphaned initdb may have written on during the first sweep; by now it has ended.
    await start()
    expect(await drafts()).toEqual([])
  })

  it('does not touch a folder that holds something else', async () => {
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres', 'letters.txt'), 'mine')
    await expect(start()).rejects.toMatchObject({ reason: 'initdb-failed' })
    expect(readFileSync(join(dataDir, 'postgres', 'letters.txt'), 'utf8')).toBe('mine')
  })
})
