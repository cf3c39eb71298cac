import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepDevelopmentSecret } from '../../server/edge/development-secret.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-secret-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('the development secret is made once, in a folder that need not be there, for its owner alone', async () => {
  const dataDir = join(folder, 'not', 'there')
  const secret = await keepDevelopmentSecret(dataDir)
  expect(secret).toHaveLength(32)
  expect(await keepDevelopmentSecret(dataDir)).toEqual(secret)
  expect(await readdir(dataDir)).toEqual(['development.secret'])
  expect((await stat(join(dataDir, 'development.secret'))).mode & 0o777).toBe(0o600)
})

it('the development secret is another one in another folder', async () => {
  const [one, other] = ['one', 'other'].map((name) => keepDevelopmentSecret(join(folder, name)))
  expect(await one).not.toEqual(await other)
})

it('the development secret is the same for servers that start at once', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => keepDevelopmentSecret(folder)))
  expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(1)
  expect(await readdir(folder)).toEqual(['development.secret'])
})

it.each(['', 'short', 'not hexadecimal '.repeat(8)])(
  'the development secret is not taken from a file that holds %j',
  async (content) => {
    await writeFile(join(folder, 'development.secret'), content)
    await expect(keepDevelopmentSecret(folder)).rejects.toThrow('does not hold a secret')
  },
)
