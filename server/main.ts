#!/usr/bin/env node
/** The process: environment in, one line with the URL out, signals to a clean end. */
import { type Config, readConfig } from './config.js'
import { EmbeddedPostgresError } from './edge/embedded-postgres/error.js'
import { createLog } from './edge/log.js'
import { MigrationError } from './edge/migrate.js'
import { type RunningServer, startServer } from './server.js'

/** A second signal, or an end that hangs, ends the process at once. */
const endOnSignals = (server: RunningServer): void => {
  let ending = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1)
      ending = true
      void server.close().then(() => process.exit(0))
    })
  }
}

/** One line for people about what stops the server from starting; undefined for a bug of ours. */
const reasonOf = (error: unknown, { host, dataDir }: Config): string | undefined => {
  if (error instanceof EmbeddedPostgresError || error instanceof MigrationError) {
    return error.message
  }
  const { code, syscall, path, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `PORT: ${port} is taken by another program`
  if (code === 'EACCES' && syscall === 'listen') {
    return `PORT: ${port} needs rights that this user does not have`
  }
  if (code === 'EADDRNOTAVAIL' || syscall === 'getaddrinfo') {
    return `HOST: ${host} is no address of this machine`
  }
  return path?.startsWith(dataDir) ? `DATA_DIR: ${path} cannot be used (${code})` : undefined
}

const run = async (): Promise<void> => {
  const read = readConfig(process.env, process.cwd())
  if (!read.ok) {
    for (const problem of read.problems) console.error(problem)
    process.exit(1)
  }
  const { config } = read
  try {
    const server = await startServer(config, createLog(config.logLevel))
    endOnSignals(server)
    await server.ready
    console.log(`Kith is ready at ${server.url}`)
  } catch (error) {
    const reason = reasonOf(error, config)
    if (reason === undefined) throw error
    console.error(reason)
    process.exit(1)
  }
}

await run()
