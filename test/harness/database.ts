import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { waitFor } from './wait-for.js'

export interface TestDatabase {
  readonly url: string
  /** Also ends connections that are still open to it. */
  drop(): Promise<void>
}

const asOwner = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * A pool that has ended may still be closing its connections; whose own is cut meanwhile gets an
 * error that nobody listens for. What is still open after that is cut.
 */
const dropQuietly = (name: string): Promise<unknown> =>
  asOwner(async (client) => {
    const sessions = { text: 'select from pg_stat_activity where datname = $1', values: [name] }
    const areGone = async () => (await client.query(sessions)).rowCount === 0
    await waitFor(areGone, { timeout: 1_000 }).catch(() => undefined)
    return client.query(`drop database if exists ${name} with (force)`)
  })

/** A fresh, empty database of the run's PostgreSQL. */
export const createDatabase = async (): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`
  await asOwner((client) => client.query(`create database ${name}`))
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: async () => {
      await dropQuietly(name)
    },
  }
}
