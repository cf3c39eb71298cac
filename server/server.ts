/** Puts the parts together and takes them down again. The only place that knows them all. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { unreachable } from 'kith-shared'
import type { Config } from './config.js'
import { Connections } from './connections.js'
import type { TokenVerifier } from './core/ports.js'
import { createAudit } from './edge/audit.js'
import { keepDevelopmentSecret } from './edge/development-secret.js'
import type { DevelopmentTokenRequest } from './edge/development-tokens.js'
import { Documents } from './edge/documents.js'
import { createHttpServer } from './edge/http/app.js'
import type { Log } from './edge/log.js'
import { createMembers, type MemberStore } from './edge/members.js'
import { createMetrics } from './edge/metrics.js'
import { migrationsFolder } from './edge/migrate.js'
import { capTcp } from './edge/tcp-caps.js'
import { createTokenVerifier, signDevelopmentToken } from './edge/token-verifier.js'
import { createPeers } from './edge/trusted-proxy.js'
import { listenForWebSockets } from './edge/websocket.js'
import { LiveMembers } from './live-members.js'
import { openMembership } from './membership.js'
import { Rooms } from './rooms.js'
import { openStorage, type Storage } from './storage.js'
import { boundVerifications } from './verifications.js'

/** What is accepted is committed within this time, in milliseconds, or left to the clients. */
const SETTLE_TIMEOUT = 5_000
/** The whole shutdown takes no longer, even where the database hangs. */
const CLOSE_TIMEOUT = 25_000

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
  const { members, directory, journal } = await openMembership(config, storage.database, log)
  const documents = new Documents()
  const secret =
    config.auth.type === 'development' ? await keepDevelopmentSecret(config.dataDir) : undefined
  const tokens = boundVerifications(verifierOf(config, secret, log))
  const metrics = createMetrics({
    connections: () => connections.count,
    rooms: () => rooms.count,
  })
  const audit = createAudit(storage.database, log, metrics)
  // Before that its table may not be there; entries wait meanwhile.
  storage.ready.then(
    () => audit.start(),
    () => undefined,
  )
  const rooms = new Rooms({ journal, documents, audit, log, metrics })
  const live = new LiveMembers({ members, rooms, log })
  const peers = createPeers(config.trustProxy)
  const origins: string[] = [...(config.allowedOrigins ?? [])]
  const rules = {
    allowQueryToken: config.allowQueryToken,
    isAllowedOrigin: (origin: string) => origins.includes(origin),
    messagesPerSecond: config.maxMessagesPerSecond,
    bytesPerSecond: config.maxBytesPerSecond,
  }
  const connections = new Connections({ rooms, tokens, live, audit, log, metrics, rules }, config)
  let stopping = false
  const notReady = async () =>
    stopping ? 'restarting' : (await storage.answers()) ? '' : 'storage is away'
  const server = createHttpServer({
    rooms,
    tokens,
    members,
    directory,
    audit,
    metrics,
    log,
    connections: () => connections.count,
    notReady,
    isAllowedOrigin: rules.isAllowedOrigin,
    addressOf: peers.addressOf,
    development: secret && {
      issue: (request) => issueDevelopmentToken(createMembers(storage.database), secret, request),
    },
    openApi: join(projectFolder(), 'server', 'openapi.json'),
    pages: join(projectFolder(), 'demo', 'dist'),
  })
  capTcp(server, config, peers)
  const webSockets = listenForWebSockets(server, {
    accept: (arrival, socket) => connections.accept(arrival, socket),
    addressOf: peers.addressOf,
  })
  await listen(server, config)
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  if (!config.allowedOrigins) origins.push(...ownOrigins(config.host, port))
  rooms.start()
  live.start()
  connections.start()
  const stop = async () => {
    stopping = true
    server.close()
    await rooms.settle(AbortSignal.timeout(SETTLE_TIMEOUT))
    await connections.restart()
    await rooms.settle(AbortSignal.timeout(SETTLE_TIMEOUT))
    rooms.close()
    webSockets.close()
    server.closeAllConnections()
    await documents.close()
    await live.close()
    await audit.close()
    await storage.close()
  }
  let closed: Promise<void> | undefined
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    ready: storage.ready,
    close() {
      closed ??= Promise.race([stop(), wait(CLOSE_TIMEOUT, undefined, { ref: false })])
      return closed
    },
  }
}

const verifierOf = (
  { auth }: Config,
  developmentSecret: Uint8Array | undefined,
  log: Log,
): TokenVerifier => {
  switch (auth.type) {
    case 'development':
      return createTokenVerifier({
        type: 'secret',
        secret: developmentSecret ?? new Uint8Array(),
      })
    case 'secret':
      return createTokenVerifier(auth)
    case 'jwks':
      return createTokenVerifier({ ...auth, log })
    default:
      return unreachable(auth)
  }
}

const issueDevelopmentToken = async (
  members: MemberStore,
  secret: Uint8Array,
  { userId, name, membership }: DevelopmentTokenRequest,
): Promise<{ token: string } | 'away'> => {
  if (membership) {
    const { outcome } = await members.createWorkspaceWithMember({ ...membership, userId, name })
    if (outcome === 'away') return 'away'
  }
  return { token: await signDevelopmentToken(secret, { userId, name }, Date.now()) }
}

/** The sources as well as the package have `migrations/`, `demo/` and `server/` in it. */
const projectFolder = (): string => dirname(migrationsFolder())

/** `localhost` and the loopback addresses are one machine, whichever the person typed. */
const ownOrigins = (host: string, port: number): string[] => {
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  const names = isLoopback ? ['localhost', '127.0.0.1', '[::1]', host] : [host]
  // As a browser writes it: without the port where that is the scheme's own.
  return names.flatMap((name) =>
    ['http', 'https'].map((scheme) => new URL(`${scheme}://${name}:${port}`).origin),
  )
}

const listen = (server: Server, { port, host }: Config): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
