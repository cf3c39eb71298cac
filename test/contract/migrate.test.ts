import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../server/edge/database.js'
import { migrate, migrationsFolder } from '../../server/edge/migrate.js'
import { createDatabase, type TestDatabase } from '../harness/database.js'

describe('migrate', () => {
  const silent = { warn: () => undefined, error: () => undefined }
  let fresh: TestDatabase
  let database: Database
  let direct: pg.Pool
  let folder: string
  let names: string[]
  beforeEach(async () => {
    fresh = await createDatabase()
    database = openDatabase({ url: fresh.url, poolSize: 4, log: silent })
    direct = new pg.Pool({ connectionString: fresh.url })
    folder = await mkdtemp(join(tmpdir(), 'kith-migrations-'))
    await cp(migrationsFolder(), folder, { recursive: true })
    names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  })
  afterEach(async () => {
    await database.close()
    await direct.end()
    await fresh.drop()
    await rm(folder, { recursive: true })
  })
  const add = (name: string, sql: string) =>
    writeFile(
      join(folder, name),
      `${sql};\ninsert into schema_migrations (name) values ('${name}');`,
    )
  const recorded = async () =>
    (await direct.query('select name, checksum from schema_migrations order by name')).rows

  it('applies every file in order, once', async () => {
    expect(await migrate(database, folder)).toEqual(names)
    expect(await migrate(database, folder)).toEqual([])
    await add('0900_later.sql', 'create table later ()')
    expect(await migrate(database, folder)).toEqual(['0900_later.sql'])
    for (const { checksum } of await recorded()) expect(checksum).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is done by one of many servers that start at once, the others wait', async () => {
    const done = await Promise.all(Array.from({ length: 5 }, () => migrate(database, folder)))
    expect(done.flat()).toEqual(names)
  })

  it('goes on from files that were applied by hand', async () => {
    for (const name of names.slice(0, 2)) {
      await direct.query(await readFile(join(folder, name), 'utf8'))
    }
    expect(await migrate(database, folder)).toEqual(names.slice(2))
    for (const { checksum } of await recorded()) expect(checksum).toMatch(/^[0-9a-f]{64}$/)
  })

  it('refuses an applied file that was changed, and applies nothing', async () => {
    await migrate(database, folder)
    await writeFile(join(folder, names[0] ?? ''), '-- something else')
    await add('0900_later.sql', 'create table later ()')
    await expect(migrate(database, folder)).rejects.toThrow(
      `the migration ${names[0]} was changed after it was applied`,
    )
    expect(await recorded()).toHaveLength(names.length)
  })

  it('refuses a database of a newer version', async () => {
    await add('0900_later.sql', 'create table later ()')
    await migrate(database, folder)
    await rm(join(folder, '0900_later.sql'))
    await expect(migrate(database, folder)).rejects.toThrow('0900_later.sql, which this version')
  })

  it('keeps nothing of a file that fails, and everything before it', async () => {
    await add('0900_half.sql', 'create table half (); select 1 / 0')
    await expect(migrate(database, folder)).rejects.toThrow('division by zero')
    expect((await recorded()).map(({ name }) => name)).toEqual(names)
    await add('0900_half.sql', 'create table half ()')
    expect(await migrate(database, folder)).toEqual(['0900_half.sql'])
  })

  it('refuses a file that does not record itself', async () => {
    await writeFile(join(folder, '0900_forgetful.sql'), 'create table forgotten ()')
    await expect(migrate(database, folder)).rejects.toThrow('0900_forgetful.sql does not record')
    const { rows } = await direct.query("select to_regclass('forgotten') as found")
    expect(rows).toEqual([{ found: null }])
  })

  it('leaves no table open to roles that were given rights on all tables', async () => {
    await migrate(database, folder)
    const { rows } = await direct.query(
      `select relname from pg_class where relkind = 'r' and not relrowsecurity
       and relnamespace = 'public'::regnamespace`,
    )
    expect(rows).toEqual([])
  })
})
