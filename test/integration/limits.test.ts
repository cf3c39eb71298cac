import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { CLOSE_REASONS, type CloseReason, encodeMessage, MAX_HELLO_BYTES } from 'kith-shared'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { MAX_SESSIONS_PER_USER } from '../../server/core/user-sessions.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import {
  logLines,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'
import { Writer } from '../harness/writer.js'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

const start = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const server = await startTestServer(options)
  cleanup.push(() => server.close())
  return server
}

const dial = async (url: string, headers?: Record<string, string>): Promise<WireClient> => {
  const client = await connectWire(url, headers)
  cleanup.push(() => client.cut())
  return client
}

const closeOf = (reason: CloseReason) => {
  const { code, text } = CLOSE_REASONS[reason]
  return { code, text }
}

const metric = async (server: TestServer, name: string): Promise<number> => {
  const metrics = await (await fetch(`${server.process.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1] ?? 0)
}

const upgrade = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: kith\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`

/** A masked frame's head; the mask is zero. */
const frameHead = (bytes: number, { fin = true, opcode = 2 } = {}): Buffer => {
  const head = Buffer.alloc(14)
  head[0] = (fin ? 0x80 : 0) | opcode
  head[1] = 0x80 | 127
  head.writeBigUInt64BE(BigInt(bytes), 2)
  return head
}

/** What a raw client has got from the server after its upgrade. */
interface Raw {
  socket: Socket
  /** The code of the close frame that came, if any. */
  code(): number | undefined
}

const connectRaw = async (server: TestServer, path = '/ws/workspace/team'): Promise<Raw> => {
  const socket = connect(server.process.port, '127.0.0.1')
  cleanup.push(() => socket.destroy())
  socket.on('error', () => undefined)
  let got = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    got = Buffer.concat([got, bytes])
  })
  socket.write(upgrade(path))
  await waitFor(() => got.includes('\r\n\r\n'))
  const from = got.indexOf('\r\n\r\n') + 4
  return {
    socket,
    code: () => (got[from] === 0x88 ? got.readUInt16BE(from + 2) : undefined),
  }
}

describe('[P7, L1] before somebody is let in', () => {
  it('a frame that only begins to be large is too large at once', async () => {
    const server = await start()
    const { socket, code } = await connectRaw(server)
    socket.write(frameHead(10 * 1024 * 1024))
    socket.write(Buffer.alloc(MAX_HELLO_BYTES + 64 * 1024))
    await waitFor(() => code() !== undefined, { timeout: 3_000 })
    expect(code()).toBe(CLOSE_REASONS['too-large'].code)
    await once(socket, 'close')
  })

  it('a flood of 10 MB frames takes no memory, and each hears why it is closed', async () => {
    const server = await start()
    const before = await metric(server, 'process_resident_memory_bytes')
    let most = before
    const flood = async () => {
      const { socket, code } = await connectRaw(server)
      socket.write(frameHead(10 * 1024 * 1024))
      const piece = Buffer.alloc(1024 * 1024)
      for (let sent = 0; sent < 9 && !socket.destroyed; sent++) socket.write(piece)
      await waitFor(() => code() !== undefined)
      most = Math.max(most, await metric(server, 'process_resident_memory_bytes'))
      return code()
    }
    const codes = await Promise.all(Array.from({ length: 30 }, flood))
    expect(codes).toEqual(Array(30).fill(CLOSE_REASONS['too-large'].code))
    expect(most - before).toBeLessThan(100 * 1024 * 1024)
  })

  it('nor does what comes after a refusal', async () => {
    const server = await start()
    const { socket, code } = await connectRaw(server)
    socket.write(Buffer.concat([frameHead(1), Buffer.from([255])]))
    await waitFor(() => code() !== undefined)
    expect(code()).toBe(CLOSE_REASONS['broken-frame'].code)
    const began = performance.now()
    socket.write(frameHead(10 * 1024 * 1024))
    socket.write(Buffer.alloc(1024 * 1024))
    await once(socket, 'close')
    // Sooner than a peer that only owes its own close.
    expect(performance.now() - began).toBeLessThan(2_500)
  })

  it('a hello in crumbs is too large, too', async () => {
    const server = await start()
    const { socket, code } = await connectRaw(server)
    for (let n = 0; n < 3_000; n++) {
      socket.write(
        Buffer.concat([frameHead(1, { fin: false, opcode: n === 0 ? 2 : 0 }), Buffer.of(1)]),
      )
    }
    await waitFor(() => code() !== undefined, { timeout: 3_000 })
    expect(code()).toBe(CLOSE_REASONS['too-large'].code)
  })

  it('headers that do not end are not waited for without end', async () => {
    const server = await start()
    const socket = connect(server.process.port, '127.0.0.1')
    cleanup.push(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.resume()
    socket.write('GET /ws/workspace/team HTTP/1.1\r\nHost: kith\r\n')
    const trickle = setInterval(() => socket.write('X: y\r\n'), 500)
    cleanup.push(() => clearInterval(trickle))
    await waitFor(() => socket.destroyed, { timeout: 50_000 })
  })
})

it('[L1] what comes in one packet with the hello is taken once somebody is let in', async () => {
  const server = await start()
  const hello = encodeMessage(
    helloOf({ token: await server.token({ userId: 'ana' }), clientId: 7 }),
  )
  const doc = new Y.Doc()
  doc.clientID = 7
  doc.getMap('fields').set('c1/name', 'Ana')
  const update = encodeMessage({ type: 'update', update: Y.encodeStateAsUpdate(doc) })
  doc.destroy()
  const { socket, code } = await connectRaw(server)
  const frames = [hello, update].flatMap((bytes) => [frameHead(bytes.length), bytes])
  socket.write(Buffer.concat(frames))
  const rows = async () =>
    (await server.query('select 1 from journal where workspace_id = $1', ['team'])).length
  await waitFor(async () => code() !== undefined || (await rows()) === 1)
  expect(code()).toBeUndefined()
})

it('[P7, L4] a message in thousands of fragments ends its connection, not the server', async () => {
  const server = await start()
  const token = await server.token({ userId: 'ana' })
  const client = new WebSocket(server.workspaceUrl('team'), { perMessageDeflate: false })
  cleanup.push(() => client.terminate())
  await once(client, 'open')
  client.send(encodeMessage(helloOf({ token })))
  await once(client, 'message')
  const closed = once(client, 'close')
  for (let n = 0; n < 5_000; n++) client.send(Buffer.of(1), { fin: false })
  await closed
  await waitFor(() => logLines(server.process).some(({ reason }) => reason === 'too-large'))
  await server.health()
})

describe('[P7, L1] an upgrade with ?token=', () => {
  /** The server reaches its database through a network that can go silent. */
  const behindProxy = async (env: Record<string, string> = {}) => {
    const { hostname, port } = new URL(inject('postgresUrl'))
    const proxy: TcpProxy = await startProxy({ target: { host: hostname, port: Number(port) } })
    cleanup.push(() => proxy.close())
    const through = (url: string): string => url.replace(`${hostname}:${port}`, proxy.host)
    const server = await start({ through, env })
    cleanup.push(() => proxy.resume())
    return { server, proxy, token: await server.token({ userId: 'ana' }) }
  }
  /** Not open yet; what happens to it is kept. */
  const begin = (url: string) => {
    const socket = new WebSocket(url)
    cleanup.push(() => socket.terminate())
    const events: string[] = []
    socket.on('error', () => undefined)
    socket.on('open', () => events.push('open'))
    socket.on('close', (code) => events.push(`close ${code}`))
    return { socket, events }
  }
  const untilConnected = (server: TestServer, count: number) =>
    waitFor(async () => (await server.health()).total_connections === count)

  it('waits for the verdict, and counts meanwhile', async () => {
    const { server, proxy, token } = await behindProxy({ MAX_CONNECTIONS: '1' })
    proxy.stall()
    const { socket, events } = begin(server.workspaceUrl('team', token))
    await untilConnected(server, 1)
    const second = begin(server.workspaceUrl('team', token))
    await waitFor(() => second.events.length === 2)
    expect(second.events).toEqual(['open', 'close 1013'])
    expect(events).toEqual([])
    proxy.resume()
    await once(socket, 'open')
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  it('waits a few seconds, not for ever', async () => {
    const { server, proxy, token } = await behindProxy()
    proxy.stall()
    const { events } = begin(server.workspaceUrl('team', token))
    await waitFor(() => events.length === 2, { timeout: 9_000 })
    expect(events).toEqual(['open', 'close 1013'])
  })

  it('lets go of who leaves meanwhile', async () => {
    const { server, proxy, token } = await behindProxy()
    proxy.stall()
    const { socket } = begin(server.workspaceUrl('team', token))
    await untilConnected(server, 1)
    socket.terminate()
    await untilConnected(server, 0)
  })

  it('that is none gets 400, without a look-up', async () => {
    const { server, proxy, token } = await behindProxy()
    proxy.stall()
    const socket = connect(server.process.port, '127.0.0.1')
    cleanup.push(() => socket.destroy())
    socket.setEncoding('utf8')
    const path = `/ws/workspace/team?token=${token}`
    const began = performance.now()
    socket.write(upgrade(path).replace(/Sec-WebSocket-Key: .*\r\n/, ''))
    const [answer] = await once(socket, 'data')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    // Sooner than a look-up that hangs is given up.
    expect(performance.now() - began).toBeLessThan(3_000)
    await once(socket, 'close')
    await untilConnected(server, 0)
  })

  it('keeps what the client says meanwhile', async () => {
    const { server, proxy, token } = await behindProxy()
    proxy.stall()
    const raw = connect(server.process.port, '127.0.0.1')
    cleanup.push(() => raw.destroy())
    const sync = encodeMessage({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
    raw.write(upgrade(`/ws/workspace/team?token=${token}`))
    raw.write(Buffer.concat([frameHead(sync.length), sync]))
    await untilConnected(server, 1)
    let got = 0
    raw.on('data', (bytes) => {
      got += bytes.length
    })
    proxy.resume()
    // The answer to the upgrade, the server's SyncStep2 and its SyncStep1.
    await waitFor(() => got > 129 + 4)
  })
})

describe('[P7, L2] connections of one address', () => {
  const url = (server: TestServer) => server.workspaceUrl('team')

  it('are bounded, and others have their own', async () => {
    const server = await start({
      env: { MAX_CONNECTIONS_PER_ADDRESS: '2', TRUST_PROXY: '127.0.0.1' },
    })
    const from = (address: string) => dial(url(server), { 'x-forwarded-for': address })
    const [first] = [await from('9.9.9.9'), await from('9.9.9.9')]
    expect(await (await from('9.9.9.9')).closed).toEqual(closeOf('too-many-connections'))
    expect(await (await from('6.6.6.6, 9.9.9.9')).closed).toEqual(closeOf('too-many-connections'))
    const [other] = [await from('2001:db8:0:1::1'), await from('2001:db8:0:1::2')]
    expect(await (await from('2001:db8:0:1::3')).closed).toEqual(closeOf('too-many-connections'))
    expect(other.isOpen && (await from('2001:db8:0:2::1')).isOpen).toBe(true)
    first.cut()
    await waitFor(async () => (await server.health()).total_connections === 4)
    expect((await from('9.9.9.9')).isOpen).toBe(true)
  })

  it('are those of the peer where it is no trusted proxy', async () => {
    const server = await start({ env: { MAX_CONNECTIONS_PER_ADDRESS: '1' } })
    await dial(url(server), { 'x-forwarded-for': '9.9.9.9' })
    const second = await dial(url(server), { 'x-forwarded-for': '8.8.8.8' })
    expect(await second.closed).toEqual(closeOf('too-many-connections'))
  })

  it('count also before they have said anything', async () => {
    const server = await start({ env: { MAX_CONNECTIONS_PER_ADDRESS: '1' } })
    const sockets = Array.from({ length: 150 }, () => connect(server.process.port, '127.0.0.1'))
    const destroyAll = () => {
      for (const socket of sockets) socket.destroy()
    }
    cleanup.push(destroyAll)
    for (const socket of sockets) socket.on('error', () => undefined).resume()
    await waitFor(() => sockets.filter(({ destroyed }) => destroyed).length >= 49)
    destroyAll()
    await waitFor(() => server.health())
  })
})

it('[P7, L2] one user has so many sessions, in whatever workspaces; others have theirs', async () => {
  const server = await start()
  const join = async (userId: string) => {
    const client = await dial(server.workspaceUrl('team'))
    client.send(helloOf({ token: await server.token({ userId }) }))
    return client
  }
  const own = await Promise.all(Array.from({ length: MAX_SESSIONS_PER_USER }, () => join('ana')))
  await Promise.all(own.map((client) => client.first('welcome')))
  expect(await (await join('ana')).closed).toEqual(closeOf('too-many-connections'))
  await (await join('bo')).first('welcome')
  own[0]?.cut()
  await waitFor(async () => (await server.health()).total_connections === MAX_SESSIONS_PER_USER)
  await (await join('ana')).first('welcome')
})

describe('[P7, L3] who is too fast', () => {
  it('is slowed, not closed: all of it arrives, and nobody else waits', async () => {
    const server = await start({ env: { MAX_BYTES_PER_SECOND: '262144' } })
    const join = async (userId: string) => {
      const writer = new Writer(await server.token({ userId }))
      await writer.connect(server.workspaceUrl('team'))
      cleanup.push(() => {
        writer.client.cut()
        writer.doc.destroy()
      })
      return writer
    }
    const [ana, bo] = [await join('ana'), await join('bo')]
    const began = performance.now()
    for (let n = 0; n < 200; n++) {
      ana.edit(`edit-${n}`, (doc) => doc.getMap('fields').set(`c1/f${n}`, 'x'.repeat(15_000)))
    }
    await waitFor(() => ana.acked.length > 20)
    const asked = performance.now()
    bo.client.send({ type: 'probe', nonce: 7 })
    await bo.client.first('probe')
    expect(performance.now() - asked).toBeLessThan(1_000)
    await waitFor(() => ana.unacked.length === 0, { timeout: 30_000 })
    // 3 MB, of which a burst of 1.3 MB goes at once.
    expect(performance.now() - began).toBeGreaterThan(5_000)
    expect(ana.client.isOpen).toBe(true)
    await waitFor(() => bo.doc.getMap('fields').size === 200)
  })

  it('shares its pace with all its sessions, and nobody else', async () => {
    const server = await start({ env: { MAX_MESSAGES_PER_SECOND: '20' } })
    const join = async (userId: string) => {
      const client = await dial(server.workspaceUrl('team'))
      client.send(helloOf({ token: await server.token({ userId }) }))
      await client.first('welcome')
      return client
    }
    const own = await Promise.all(Array.from({ length: 8 }, () => join('ana')))
    const colleague = await join('bo')
    const probes = (client: WireClient) =>
      client.messages.filter(({ type }) => type === 'probe').length
    const began = performance.now()
    // Each within its own burst of 100; together 320 beyond the user's of 400, at 80 a second.
    for (const client of own) {
      for (let nonce = 0; nonce < 90; nonce++) client.send({ type: 'probe', nonce })
    }
    colleague.send({ type: 'probe', nonce: 1 })
    await waitFor(() => probes(colleague) === 1)
    expect(performance.now() - began).toBeLessThan(2_000)
    await waitFor(() => own.every((client) => probes(client) === 90))
    for (const client of own) client.send({ type: 'probe', nonce: 90 })
    await waitFor(() => own.every((client) => probes(client) === 91))
    expect(performance.now() - began).toBeGreaterThan(3_000)
    expect(own.every(({ isOpen }) => isOpen)).toBe(true)
  })

  it('counts also by the message, whatever it holds', async () => {
    const server = await start({ env: { MAX_MESSAGES_PER_SECOND: '20' } })
    const client = await dial(server.workspaceUrl('team'))
    client.send(helloOf({ token: await server.token({ userId: 'ana' }) }))
    await client.first('welcome')
    const probes = () => client.messages.filter(({ type }) => type === 'probe').length
    const began = performance.now()
    for (let nonce = 0; nonce < 140; nonce++) client.send({ type: 'probe', nonce })
    await waitFor(() => probes() === 140)
    client.send({ type: 'probe', nonce: 140 })
    await waitFor(() => probes() === 141)
    // A burst of 100, and 40 more at 20 a second, before the last one is read.
    expect(performance.now() - began).toBeGreaterThan(1_900)
    expect(client.isOpen).toBe(true)
  })
})
