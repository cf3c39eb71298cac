/** `npm run workspace`, as a person runs it: the real process on a real PostgreSQL. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  addNote,
  CONTACTS,
  type ContactId,
  createContact,
  deleteContact,
  FIELDS,
  type NoteId,
  type WorkspaceId,
} from 'kith-shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { type Database, openDatabase } from '../../server/edge/database.js'
import { migrate } from '../../server/edge/migrate.js'
import { createDatabase, type TestDatabase } from '../harness/database.js'
import { forge } from '../harness/forge.js'
import { KeptWorkspace, silent } from '../harness/kept-workspace.js'
import { freePort, startServer } from '../harness/server-process.js'
import { startTestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { Writer } from '../harness/writer.js'

const program = fileURLToPath(new URL('../../server/dist/command.js', import.meta.url))

interface Ran {
  code: number | null
  out: string
  err: string
}

const runOn = (env: Record<string, string>, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
    })
    const ran: Ran = { code: null, out: '', err: '' }
    child.stdout.on('data', (text: Buffer) => {
      ran.out += text.toString()
    })
    child.stderr.on('data', (text: Buffer) => {
      ran.err += text.toString()
    })
    child.on('close', (code) => resolve({ ...ran, code }))
  })

let fresh: TestDatabase
let database: Database
let folder: string
beforeAll(async () => {
  fresh = await createDatabase()
  database = openDatabase({ url: fresh.url, poolSize: 4, log: silent })
  await migrate(database)
  folder = await mkdtemp(join(tmpdir(), 'kith-commands-'))
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
  await rm(folder, { recursive: true })
})

const run = (...args: string[]): Promise<Ran> => runOn({ DATABASE_URL: fresh.url }, ...args)

const create = () => new KeptWorkspace(database).create()

/** Contacts with notes, long texts, an undone edit and something deleted. */
const fill = async (workspace: KeptWorkspace): Promise<void> => {
  const newId = () => `entry-${Math.floor(Math.random() * 1e9)}`
  const options = { now: 1_700_000_000_000, newId }
  for (const name of ['Ana', 'Ben', 'Cem']) {
    const id = name.toLowerCase() as ContactId
    const emails = [{ label: 'Work', value: `${name}@example.com` }]
    await workspace.edit(0, (doc) => createContact(doc, id, { name, emails, tags: ['a'] }, options))
    await workspace.edit(1, (doc) => doc.getText(`about/${id}`).insert(0, `About ${name} 👋`))
    await workspace.edit(2, (doc) => addNote(doc, `note-${id}` as NoteId, id, `Met ${name}`, 5))
  }
  await workspace.field(1, 'ana/name', 'Anna')
  await workspace.field(1, 'ana/emails/another', { id: 'another', label: '', value: 'x@y.z' })
  await workspace.edit(0, (doc) => deleteContact(doc, 'cem' as ContactId, 9))
}

const fieldsOf = async (workspace: KeptWorkspace): Promise<unknown> =>
  (await workspace.read()).doc.getMap(FIELDS).toJSON()

describe('workspace', () => {
  it('[K6] says how it is used, where it is asked or used otherwise', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('usage:') })
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('usage:') })
    for (const [args, text] of [
      [['dance'], 'dance: no such command'],
      [['list', '--yes'], 'list: takes no --yes'],
      [['list', 'team'], 'list: what is team?'],
      [['verify'], 'which workspace? give its id'],
      [['verify', '--al'], "Unknown option '--al'"],
      [['verify', 'no such/id'], 'no such/id: not a workspace id'],
      [['renew', 'team', '--all'], 'either an id or --all'],
    ] as const) {
      expect(await run(...args)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(text),
      })
    }
  })

  it.each(['verify', 'export', 'restore', 'renew', 'purge'])(
    '[K6] %s of a workspace that is not there is one clear line',
    async (command) => {
      const more = { export: ['--out', join(folder, 'x')], restore: ['--at', '1'] }[command] ?? []
      expect(await run(command, 'nobody', ...more)).toEqual({
        code: 1,
        out: '',
        err: 'nobody: there is no such workspace\n',
      })
    },
  )

  it('[K6] says that the database is away, and no password', async () => {
    const url = `postgres://kith:secret@127.0.0.1:${await freePort()}/kith`
    expect(await runOn({ DATABASE_URL: url }, 'list')).toEqual({
      code: 1,
      out: '',
      err: "the database can't be reached (ECONNREFUSED)\n",
    })
    const wrong = await runOn({ DATABASE_URL: 'mysql://x' }, 'list')
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('DATABASE_URL: must be') })
    const nowhere = await runOn({ DATA_DIR: join(folder, 'nowhere') }, 'list')
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('holds no database') })
  })

  it('[K6] list names every workspace', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    const { code, out } = await run('list')
    expect(code).toBe(0)
    expect(out).toContain(`${workspace.id}\t"${workspace.id}"\tepoch 1\t1 rows\t0 members\n`)
  })
})

describe('verify', () => {
  it('[K7] finds nothing wrong with what is good, whatever it has been through', async () => {
    const workspace = await create()
    await fill(workspace)
    await workspace.compact()
    await workspace.renew()
    await workspace.field(0, 'ana/title', 'Dr')
    await workspace.compact()
    await workspace.contact(1, 'dora')
    await workspace.renew()
    const { code, out } = await run('verify', workspace.id)
    expect(out).toMatch(/good, 14 rows, \d snapshots, 3 epochs/)
    expect(code).toBe(0)
  })

  it('[K7] finds flipped bits everywhere, and sets them apart', async () => {
    const workspace = await create()
    for (const name of ['one', 'two', 'three', 'four']) {
      await workspace.contact(0, name)
      if (name !== 'four') await workspace.compact()
    }
    const { state } = await workspace.read()
    const hurt = async (table: string, column: string, seq: number) => {
      const text = `update ${table} set ${column} = set_bit(${column}, 20, 1 - get_bit(${column}, 20))
        where workspace_id = $1 and seq = $2 returning seq`
      expect(await database.run({ text, values: [workspace.id, seq] })).toHaveLength(1)
    }
    await hurt('journal', 'update', 1)
    await hurt('snapshots', 'document', 2)
    await hurt('snapshots', 'document_index', 3)
    const dry = await run('verify', workspace.id, '--dry-run')
    expect(dry).toMatchObject({ code: 1, out: expect.stringContaining('DAMAGED, 4 rows') })
    for (const text of [
      '  row 1 does not match its checksum',
      '  snapshot 2 does not match its checksum',
      '  the index of snapshot 3 does not match its checksum',
    ]) {
      expect(dry.out).toContain(`${text}\n`)
    }
    expect(dry.out).not.toContain('quarantine')
    const found = await run('verify', workspace.id)
    expect(found.code).toBe(1)
    for (const what of ['row 1', 'document 2', 'index 3']) {
      expect(found.out).toContain(`  moved to the quarantine: ${what}\n`)
      expect(found.out).toContain(`  in quarantine: ${what} of epoch 1`)
    }
    // It has all been seen to: nothing new is found, and what was is still told.
    const again = await run('verify', '--all')
    expect(again.code).toBe(1)
    expect(again.out).not.toContain('moved to the quarantine')
    expect((await workspace.read()).state).toEqual(state)
  })

  it('[K7] finds rows out of order, holes, and a snapshot that is not what its rows make', async () => {
    const workspace = await create()
    for (const name of ['one', 'two', 'three', 'four']) {
      await workspace.contact(0, name)
      if (name === 'two') await workspace.compact()
    }
    const other = await create()
    await other.contact(0, 'else')
    await other.compact()
    await database.run({
      text: `update snapshots s set document = o.document, document_checksum = o.document_checksum
        from snapshots o where s.workspace_id = $1 and o.workspace_id = $2`,
      values: [workspace.id, other.id],
    })
    await database.run({
      text: `update journal set committed_at = committed_at - interval '1 hour'
        where workspace_id = $1 and seq = 2`,
      values: [workspace.id],
    })
    await database.run({
      text: 'delete from journal where workspace_id = $1 and seq = 3',
      values: [workspace.id],
    })
    const { code, out } = await run('verify', workspace.id, '--dry-run')
    expect(code).toBe(1)
    expect(out).toContain('  row 2 is older than the one before\n')
    expect(out).toContain('  row 3 is missing\n')
    expect(out).toMatch(/ {2}snapshot 2 is not what the rows before it make\n/)
    expect(out).toMatch(/ {2}the index of snapshot 2 does not fit its document\n/)
  })
})

describe('export and import', () => {
  it.each(['yjs', 'json'])('[K8] a workspace goes through a file: %s', async (format) => {
    const workspace = await create()
    await fill(workspace)
    const file = join(folder, `team.${format}`)
    const out = await run('export', workspace.id, '--out', file, '--format', format)
    expect(out).toMatchObject({ code: 0, err: expect.stringContaining('reading it') })
    const into = `copy-${format}-${Date.now()}`
    const back = await run('import', into, file, '--owner', 'ana', '--name', 'Team again')
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining(`${into}: `) })
    // Exported once more it is the same to whoever reads it.
    const twice = join(folder, `twice-${format}.json`)
    await run('export', into, '--out', twice, '--format', 'json')
    const once = join(folder, `once-${format}.json`)
    await run('export', workspace.id, '--out', once, '--format', 'json')
    const [first, second] = await Promise.all(
      [once, twice].map(async (path) => JSON.parse(await readFile(path, 'utf8'))),
    )
    expect(second).toEqual({ ...first, name: 'Team again' })
    expect(first.contacts).toHaveLength(3)
    expect(first.contacts[0]).toMatchObject({ name: 'Anna', about: 'About Ana 👋' })
    expect(await run('verify', into)).toMatchObject({ code: 0 })
    const loaded = await workspace.journal.load(into as WorkspaceId)
    expect(loaded).toMatchObject({ epoch: 1, head: 2, snapshot: { seq: 2 }, tail: [] })
    const members = await database.run({
      text: 'select user_id, role from workspace_members where workspace_id = $1',
      values: [into],
    })
    expect(members).toEqual([{ user_id: 'ana', role: 'owner' }])
  })

  it('[K8] takes nothing that the gate would refuse, and leaves nothing behind', async () => {
    const doc = new Y.Doc()
    doc.getMap('secrets').set('a', 1)
    const nested = new Y.Doc()
    nested.getMap(CONTACTS).set('a', new Y.Map([['name', 'Ana']]))
    const contact = { id: 'a', name: 'Ana', about: '', notes: [] }
    const files: [string, Uint8Array | string, string][] = [
      ['root.yjs', Y.encodeStateAsUpdate(doc), 'the gate refuses it: unknown-root'],
      ['nested.yjs', Y.encodeStateAsUpdate(nested), 'the gate refuses it: not-flat'],
      ['broken.yjs', Uint8Array.of(1, 2, 3), 'the gate refuses it: broken'],
      ['empty.yjs', new Uint8Array(0), 'the gate refuses it: broken'],
      [
        'hole.yjs',
        forge({ deletes: [{ client: 5, ranges: [[0, 9]] }] }),
        'the gate refuses it: gap',
      ],
      ['broken.json', '{"kith"', 'not JSON'],
      ['other.json', '[]', 'not a file of contacts of Kith'],
      [
        'new.json',
        '{"kith":"contacts","version":2}',
        'a version of the file that is not known here',
      ],
      ['list.json', '{"kith":"contacts","version":1}', 'contacts: not a list'],
      [
        'contact.json',
        JSON.stringify({ kith: 'contacts', version: 1, contacts: [contact] }),
        'contacts[0]: not as export writes it',
      ],
    ]
    for (const [name, bytes, problem] of files) {
      const file = join(folder, name)
      await writeFile(file, bytes)
      const ran = await run('import', 'refused', file, '--owner', 'ana')
      expect(ran).toMatchObject({ code: 1, out: '' })
      expect(ran.err).toContain(`${file}: ${problem}\n`)
    }
    const gone = await run('import', 'refused', join(folder, 'nothing'), '--owner', 'ana')
    expect(gone.err).toContain("can't be read (ENOENT)")
    expect(await run('import', 'refused', 'x')).toMatchObject({ code: 2 })
    expect((await run('list')).out).not.toContain('refused')
  })

  it('[K8] overwrites no workspace, and says where a file can’t be written', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    const file = join(folder, 'one.yjs')
    await run('export', workspace.id, '--out', file)
    const again = await run('import', workspace.id, file, '--owner', 'ana')
    expect(again).toMatchObject({
      code: 1,
      err: expect.stringContaining('such a workspace already'),
    })
    const nowhere = await run('export', workspace.id, '--out', join(folder, 'no', 'where'))
    expect(nowhere).toMatchObject({
      code: 1,
      err: expect.stringContaining("can't be written (ENOENT)"),
    })
    const odd = await run('export', workspace.id, '--out', file, '--format', 'xml')
    expect(odd).toMatchObject({ code: 2, err: '--format: must be one of yjs, json\n' })
  })
})

describe('restore', () => {
  it('[K9] brings back a past moment, and can be undone by another restore', async () => {
    const workspace = await create()
    await workspace.field(0, 'ana/name', 'Ana')
    await workspace.field(1, 'ana/name', 'Anna')
    await workspace.compact()
    await workspace.field(1, 'ana/name', 'Annah')
    const back = await run('restore', workspace.id, '--at', '1')
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining('as it was behind row 1') })
    expect(await fieldsOf(workspace)).toEqual({ 'ana/name': 'Ana' })
    const undo = /restore \S+ --at (\S+)/.exec(back.out)?.[1] ?? ''
    expect(await run('restore', workspace.id, '--at', undo)).toMatchObject({ code: 0 })
    expect(await fieldsOf(workspace)).toEqual({ 'ana/name': 'Annah' })
    await workspace.loadAgain()
    await workspace.field(0, 'ana/name', 'Hannah')
    expect(await run('verify', workspace.id)).toMatchObject({ code: 0 })
  })

  it('[K9] takes no moment that is none, or that the history does not hold', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    await workspace.contact(0, 'two')
    const { id } = workspace
    for (const at of ['yesterday', '2026-13-01', '1e9', '2999-01-01']) {
      expect(await run('restore', id, '--at', at)).toMatchObject({ code: 2, out: '' })
    }
    expect(await run('restore', id)).toMatchObject({ code: 2 })
    expect(await run('restore', id, '--at', '7')).toMatchObject({
      code: 1,
      err: expect.stringContaining('its journal ends with row 2'),
    })
    expect(await run('restore', id, '--at', '2001-01-01')).toMatchObject({
      code: 1,
      err: expect.stringContaining('it did not exist before'),
    })
    await database.run({
      text: 'delete from journal where workspace_id = $1 and seq = 1',
      values: [id],
    })
    expect(await run('restore', id, '--at', '2')).toMatchObject({
      code: 1,
      err: expect.stringContaining('row 1 is not there'),
    })
    expect(
      (await database.run({ text: 'select from epochs where workspace_id = $1', values: [id] }))
        .length,
    ).toBe(0)
  })

  it('[K9] reaches who is there: their server tells them to come back', async () => {
    const server = await startTestServer()
    try {
      const writer = new Writer(await server.token({ userId: 'ana' }))
      await writer.connect(server.workspaceUrl('team'))
      writer.edit('one', (doc) => doc.getMap(FIELDS).set('ana/name', 'Ana'))
      writer.edit('two', (doc) => doc.getMap(FIELDS).set('ana/name', 'Anna'))
      await writer.untilSettled()
      const [{ url }] = await server
        .query<{ url: string }>('select current_database() as url')
        .then((rows) => [{ url: rows[0]?.url ?? '' }] as const)
      const target = new URL(fresh.url)
      target.pathname = `/${url}`
      const back = await runOn({ DATABASE_URL: target.href }, 'restore', 'team', '--at', '1')
      expect(back).toMatchObject({ code: 0 })
      await waitFor(() => !writer.client.isOpen)
      const later = new Writer(await server.token({ userId: 'ana' }))
      await later.connect(server.workspaceUrl('team'))
      expect(later.doc.getMap(FIELDS).get('ana/name')).toBe('Ana')
    } finally {
      await server.close()
    }
  })
})

describe('renew and purge', () => {
  it('[K9] renew begins an epoch with equal values, for one workspace or all', async () => {
    const workspace = await create()
    await fill(workspace)
    const before = await fieldsOf(workspace)
    expect(await run('renew', workspace.id)).toMatchObject({ code: 0 })
    expect(await fieldsOf(workspace)).toEqual(before)
    const broken = await create()
    await broken.contact(0, 'one')
    await database.run({ text: 'delete from journal where workspace_id = $1', values: [broken.id] })
    const all = await run('renew', '--all')
    expect(all.code).toBe(1)
    expect(all.err).toContain(`${broken.id}: the history does not hold that moment`)
    expect(all.out).toContain(`${workspace.id}: epoch `)
    expect(await fieldsOf(workspace)).toEqual(before)
  })

  it('[K9] purge takes what was deleted, and asks before', async () => {
    const workspace = await create()
    await fill(workspace)
    expect(await run('purge', workspace.id)).toMatchObject({
      code: 2,
      err: expect.stringContaining('1 contacts and 1 notes would go for good; say --yes'),
    })
    expect((await workspace.read()).doc.getMap(CONTACTS).has('cem')).toBe(true)
    expect(await run('purge', workspace.id, '--yes')).toMatchObject({ code: 0 })
    const { doc, epoch } = await workspace.read()
    expect([...doc.getMap(CONTACTS).keys()].sort()).toEqual(['ana', 'ben'])
    expect(epoch).toBeGreaterThan(1)
    expect(await run('purge', workspace.id, '--yes')).toMatchObject({
      code: 0,
      out: `${workspace.id}: nothing is deleted\n`,
    })
    expect(await run('verify', workspace.id)).toMatchObject({ code: 0 })
  })
})

describe('without DATABASE_URL', () => {
  it('[K6] works on the database under DATA_DIR, beside a server and without one', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kith-embedded-'))
    const server = await startServer({ dataDir })
    const request = { userId: 'ana', name: 'Ana', workspaceId: 'home', role: 'owner' } as const
    await server.token(request)
    const beside = await runOn({ DATA_DIR: dataDir }, 'list')
    expect(beside).toMatchObject({ code: 0, out: expect.stringContaining('home\t') })
    // The server's PostgreSQL goes on.
    await server.token({ ...request, workspaceId: 'second' })
    await server.close()
    const alone = await runOn({ DATA_DIR: dataDir }, 'verify', '--all')
    expect(alone).toMatchObject({ code: 0, out: expect.stringContaining('second: good') })
    await rm(dataDir, { recursive: true })
  })
})
