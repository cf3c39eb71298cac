/** Puts the parts together and takes them down again. The only place that knows them all. */
import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Config } from './config.js'
import { Connections } from './connections.js'
import { createAudit } from './edge/audit.js'
import { Documents } from './edge/documents.js'
import { createHttpServer } from './edge/http/app.js'
import type { Log } from './edge/log.js'
import { createMembers } from './edge/members.js'
import { createMetrics } from './edge/metrics.js'
import { migrationsFolder } from './edge/migrate.js'
import { nearestFile } from './edge/nearest-file.js'
import { createNoteAuthors } from './edge/note-authors.js'
import { reach } from './edge/points.js'
import { capTcp } from './edge/tcp-caps.js'
import { createPeers } from './edge/trusted-proxy.js'
import { listenForWebSockets } from './edge/websocket.js'
import { LiveMembers } from './live-members.js'
import { openMembership } from './membership.js'
import { mendedJournal } from './mended-journal.js'
import { Mender } from './mender.js'
import { createOrigins } from './origins.js'
import { Retention } from './retention.js'
import { Rooms } from './rooms.js'
import { openStorage, type Storage } from './storage.js'
import { openTokens } from './tokens.js'

/** What is accepted is committed within this time, in milliseconds, or left to the clients. */
const SETTLE_TIMEOUT = 5_000
/** The whole shutdown takes no longer, even where the database hangs. */
const CLOSE_TIMEOUT = 25_000

/** What `startServer` gives. */
export interface RunningServer {
  /** `http://host:port`, where people open the demo. */
  readonly url: string
  /** Resolves when workspaces can be opened, never after `close`; rejects where they never can. */
  readonly ready: Promise<void>
  /** Commits what is accepted, tells everybody to come back, ends. Safe twice. */
  close(): Promise<void>
}

/** Rejects where it can't listen, or can't use its folder, with Node's own error. */
export const startServer = async (config: Config, log: Log): Promise<RunningServer> => {
  const storage = await openStorage(config, log)
  try {
    return await serve(config, log, storage)
  } catch (error) {
    // Nobody else knows the PostgreSQL that was started for this, and it outlives the process.
    await storage.close()
    throw error
  }
}

const serve = async (config: Config, log: Log, storage: Storage): Promise<RunningServer> => {
  const parts = await connectParts(config, log, storage)
  const { server, origins, starting } = parts
  await listen(server, config)
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  origins.listensOn(port)
  for (const part of starting) part.start()
  let closed: Promise<void> | undefined
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    ready: storage.ready,
    close() {
      closed ??= Promise.race([
        stop(parts, storage),
        wait(CLOSE_TIMEOUT, undefined, { ref: false }),
      ])
      return closed
    },
  }
}

type Parts = Awaited<ReturnType<typeof connectParts>>

/** Who knows whom. Nothing runs yet. */
const connectParts = async (config: Config, log: Log, storage: Storage) => {
  const tokens = await openTokens(config, createMembers(storage.database), log)
  const documents = new Documents()
  const metrics = createMetrics({
    connections: () => connections.count,
    rooms: () => rooms.count,
  })
  const { database } = storage
  const newClientId = () => randomBytes(4).readUInt32BE()
  const mender = new Mender({ database, documents, log, metrics, newClientId })
  const membership = await openMembership(config, database, log, (id) => mender.notice(id))
  const { members, directory, epochs } = membership
  const journal = mendedJournal(membership.journal, mender)
  const audit = createAudit(storage.database, log, metrics)
  const retention = new Retention({ database, mender, log }, config)
  // Before that their tables may not be there; entries of the audit wait meanwhile.
  storage.ready.then(
    () => {
      audit.start()
      retention.start()
    },
    () => undefined,
  )
  const rooms = new Rooms({ journal, epochs, documents, audit, log, metrics })
  const live = new LiveMembers({ members, rooms, log })
  const peers = createPeers(config.trustProxy)
  const origins = createOrigins(config)
  const rules = {
    allowQueryToken: config.allowQueryToken,
    isAllowedOrigin: origins.isAllowed,
    messagesPerSecond: config.maxMessagesPerSecond,
    bytesPerSecond: config.maxBytesPerSecond,
  }
  const connections = new Connections(
    { rooms, tokens: tokens.verifier, live, audit, log, metrics, rules },
    config,
  )
  const state = { isStopping: false }
  const server = createHttpServer({
    rooms,
    tokens: tokens.verifier,
    members,
    directory,
    noteAuthors: createNoteAuthors(database),
    audit,
    metrics,
    log,
    connections: () => connections.count,
    notReady: async () =>
      state.isStopping ? 'restarting' : (await storage.answers()) ? '' : 'storage is away',
    isAllowedOrigin: origins.isAllowed,
    addressOf: peers.addressOf,
    development: tokens.development,
    signIn: config.signIn,
    openApi: nearestFile('openapi.json') ?? 'openapi.json',
    pages: demoFolder(),
  })
  capTcp(server, config, peers)
  const webSockets = listenForWebSockets(server, {
    accept: (arrival, socket) => connections.accept(arrival, socket),
    addressOf: peers.addressOf,
  })
  const starting = [rooms, live, connections]
  return {
    server,
    origins,
    starting,
    state,
    rooms,
    connections,
    webSockets,
    documents,
    live,
    audit,
    retention,
  }
}

/** Whatever is accepted is committed first; then everybody is asked to come back later. */
const stop = async (parts: Parts, storage: Storage): Promise<void> => {
  const { server, rooms, connections, webSockets, documents, live, audit, retention } = parts
  parts.state.isStopping = true
  server.close()
  await rooms.settle(AbortSignal.timeout(SETTLE_TIMEOUT))
  reach('closing')
  await connections.restart()
  await rooms.settle(AbortSignal.timeout(SETTLE_TIMEOUT))
  rooms.close()
  webSockets.close()
  server.closeAllConnections()
  await retention.close()
  await documents.close()
  await live.close()
  await audit.close()
  await storage.close()
}

/** Of the project; the installed package has no demo. */
const demoFolder = (): string => join(dirname(migrationsFolder()), 'demo', 'dist')

const listen = (server: Server, { port, host }: Config): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
