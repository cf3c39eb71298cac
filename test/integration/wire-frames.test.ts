/** Frames written beside `ws`' own come out whole and in order, whatever state the socket is in. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Socket, SocketFailure } from '../../server/core/ports.js'
import { listenForWebSockets } from '../../server/edge/websocket.js'
import { seededRandom } from '../harness/seeded.js'
import { waitFor } from '../harness/wait-for.js'

const cleanup: (() => unknown)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo()
})

const open = async () => {
  const server = createServer()
  const failures: SocketFailure[] = []
  let socket: Socket | undefined
  const edge = listenForWebSockets(server, {
    addressOf: () => '',
    accept: (_, accepted) => {
      socket = accepted
      return {
        frame: () => undefined,
        textFrame: () => undefined,
        control: () => undefined,
        failed: (reason) => failures.push(reason),
        closed: () => undefined,
      }
    },
  })
  cleanup.push(
    () => server.close(),
    () => edge.close(),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens
  const url = `ws://127.0.0.1:${port}/ws/workspace/team`
  const client = new WebSocket(url, { perMessageDeflate: false })
  cleanup.push(() => client.terminate())
  await once(client, 'open')
  if (!socket) throw new Error('nobody was accepted')
  socket.admit()
  return { client, socket, failures }
}

/** Around the bounds of a header's kinds, and beyond what is framed at all. */
const SIZES = [0, 1, 125, 126, 127, 65_534, 65_535, 65_536, 70_000, 300_000]

it('[P7] between pings, pongs and large messages, before a reader that stops and goes on', async () => {
  const seed = BigInt(process.env.SEED ?? Date.now())
  console.log(`SEED=${seed}`)
  const random = seededRandom(seed)
  const { client, socket, failures } = await open()
  const came: Buffer[] = []
  client.on('message', (data, isBinary) => {
    if (isBinary) came.push(data as Buffer) // `binaryType` is nodebuffer
  })
  const sent: Uint8Array[] = []
  const closed = once(client, 'close')
  for (let n = 0; n < 1_500; n++) {
    const act = random()
    if (act < 0.03) client.pause()
    else if (act < 0.08) client.resume()
    else if (act < 0.12) client.ping(Buffer.alloc(Math.floor(random() * 125)))
    else if (act < 0.14) await new Promise((resolve) => setImmediate(resolve))
    else {
      const size = SIZES[Math.floor(random() ** 3 * SIZES.length)] ?? 0
      const same = random() < 0.3 ? sent.at(-1) : undefined
      const frame = same ?? new Uint8Array(size).fill(Math.floor(random() * 256))
      sent.push(frame)
      socket.send(frame)
    }
  }
  socket.close(1012, 'restarting')
  client.resume()
  expect((await closed)[0]).toBe(1012)
  expect(failures).toEqual([])
  expect(came.length).toBe(sent.length)
  expect(sent.every((frame, n) => came[n]?.equals(frame))).toBe(true)
})

it('[P7] nothing follows a close frame', async () => {
  const { client, socket } = await open()
  client.pause()
  while (socket.bufferedBytes === 0) socket.send(new Uint8Array(300_000))
  socket.close(1012, 'restarting')
  const waiting = socket.bufferedBytes
  socket.send(Uint8Array.of(1))
  socket.send(new Uint8Array(70_000))
  expect(socket.bufferedBytes).toBe(waiting)
})

it('[P7] nothing is written to a socket that is gone', async () => {
  const { client, socket, failures } = await open()
  client.terminate()
  await waitFor(() => {
    socket.send(Uint8Array.of(1))
    socket.send(new Uint8Array(70_000))
    return socket.bufferedBytes === 0
  })
  expect(failures).toEqual([])
})
