import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { encodeMessage } from 'kith-shared'
import { afterEach, it } from 'vitest'
import { seededRandom } from '../harness/seeded.js'
import { startTestServer, type TestServer, untilQuiet } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf } from '../harness/wire-client.js'

/** A connection that is cut at any moment takes nothing with it: no process, no place, no timer. */
const CONNECTIONS = 1_000
/** As many at a time, which one address may have. */
const AT_ONCE = 50

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

const upgradeOf = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: kith\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** A masked binary frame; the mask is zero. */
const frameOf = (message: Uint8Array): Buffer => {
  const head = Buffer.alloc(8)
  head[0] = 0x82
  head[1] = 0x80 | 126
  head.writeUInt16BE(message.length, 2)
  return Buffer.concat([head, message])
}

const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0])
const CLOSE = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8])

/** What one says before it is cut, and after how much of it: in the middle of a frame, too. */
const wordsOf = (random: () => number, token: string): Buffer => {
  const isStock = random() < 0.5
  const claimed = random() < 0.8 ? token : 'nobody'
  const path = `/ws/workspace/team${isStock ? `?token=${encodeURIComponent(claimed)}` : ''}`
  const hello = encodeMessage(helloOf({ token: claimed }))
  const question = encodeMessage({ type: 'sync-step-1', stateVector: Uint8Array.of(0) })
  const words = Buffer.concat([
    Buffer.from(upgradeOf(path)),
    ...(isStock ? [] : [frameOf(hello)]),
    frameOf(question),
    ...(random() < 0.5 ? [PING] : []),
    ...(random() < 0.3 ? [CLOSE] : []),
  ])
  return random() < 0.5 ? words : words.subarray(0, Math.floor(random() * words.length))
}

const cutOff = (socket: Socket, random: () => number): void => {
  const how = random()
  if (how < 0.4) socket.resetAndDestroy()
  else if (how < 0.6) socket.destroy()
  // Half open: the other half goes when the server ends its own, or a moment later.
  else socket.end()
}

const cutOne = async (server: TestServer, random: () => number, token: string): Promise<void> => {
  const socket = connect({ port: server.process.port, host: '127.0.0.1', allowHalfOpen: true })
  cleanup.push(() => socket.destroy())
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const isReading = random() < 0.7
  if (isReading) socket.resume()
  await once(socket, 'connect')
  const words = wordsOf(random, token)
  const middle = Math.floor(random() * words.length)
  socket.write(words.subarray(0, middle))
  for (let turns = Math.floor(random() * 4); turns > 0; turns--) await turn()
  socket.write(words.subarray(middle))
  const moment = random()
  if (isReading && moment < 0.3 && words.includes('\r\n\r\n'))
    await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed])
  else for (let turns = Math.floor(moment * 40); turns > 0; turns--) await turn()
  cutOff(socket, random)
  socket.resume().once('end', () => socket.destroy())
  await closed
}

it('[P7] connections that are cut at any moment give back all they took', async () => {
  const seed = BigInt(process.env.SEED ?? Date.now())
  console.log(`SEED=${seed}`)
  const random = seededRandom(seed)
  const server = await startTestServer({
    env: { MAX_CONNECTIONS: '60', MAX_CONNECTIONS_PER_ADDRESS: '60' },
  })
  cleanup.push(() => server.close())
  const token = await server.token({ userId: 'ana' })
  const rows = Array.from({ length: AT_ONCE }, async () => {
    for (let n = 0; n < CONNECTIONS / AT_ONCE; n++) await cutOne(server, random, token)
  })
  await Promise.all(rows)
  await untilQuiet(server)
  // Every place is free again, of the address, of the server and of the person.
  const wires = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const wire = await connectWire(server.workspaceUrl('team'))
      wire.send(helloOf({ token }))
      return wire
    }),
  )
  for (const wire of wires) cleanup.push(() => wire.cut())
  await waitFor(() =>
    wires.every(({ messages }) => messages.some(({ type }) => type === 'welcome')),
  )
})
