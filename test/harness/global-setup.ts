import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../server/edge/embedded-postgres.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A real PostgreSQL that lives as long as the run; see `createDatabase`. */
    postgresUrl: string
  }
}

const log = {
  info: () => undefined,
  warn: (fields: object, message: string) => console.warn(message, fields),
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-test-'))
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await postgres.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
