import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Socket, SocketFailure } from '../../server/core/ports.js'
import { listenForWebSockets } from '../../server/edge/websocket.js'
import { waitFor } from '../harness/wait-for.js'

/** The edge on a real HTTP server; only its interval of pings is the test's. */
const PING = 15_000

interface Accepted {
  socket: Socket
  frames: number[]
  controls: number
  failures: SocketFailure[]
  isClosed: boolean
}

let url: string
let accepted: Accepted[]
const cleanup: (() => unknown)[] = []
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  accepted = []
  const server = createServer()
  const edge = listenForWebSockets(server, {
    addressOf: () => '',
    accept: (_, socket) => {
      const entry: Accepted = { socket, frames: [], controls: 0, failures: [], isClosed: false }
      accepted.push(entry)
      return {
        frame: ([first = -1]) => entry.frames.push(first),
        textFrame: () => undefined,
        control: () => entry.controls++,
        failed: (reason) => entry.failures.push(reason),
        closed: () => {
          entry.isClosed = true
        },
      }
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/workspace/team` // it listens
  cleanup.push(
    () => server.close(),
    () => edge.close(),
  )
})
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo()
  vi.useRealTimers()
})

/** A client that is let in, and what the server holds of it. */
const enter = async (options: { autoPong?: boolean } = {}) => {
  const client = new WebSocket(url, { perMessageDeflate: false, ...options })
  cleanup.push(() => client.terminate())
  await once(client, 'open')
  const server = accepted.at(-1)
  if (!server) throw new Error('nobody was accepted')
  server.socket.admit()
  return { client, server }
}

/** Whatever was sent before has come by now, if it is read. */
const roundTrip = async (): Promise<void> => {
  const { client, server } = await enter()
  client.send(Buffer.of(1))
  await waitFor(() => server.frames.length === 1)
}

describe('[P7, L3] a socket that is paused', () => {
  it('is read from when no reason is left, whichever goes first', async () => {
    const { client, server } = await enter()
    server.socket.pause('unsettled')
    server.socket.pause('too-fast')
    client.send(Buffer.of(7))
    server.socket.resume('too-fast')
    await roundTrip()
    expect(server.frames).toEqual([])
    server.socket.pause('too-fast')
    server.socket.resume('unsettled')
    server.socket.resume('admission')
    await roundTrip()
    expect(server.frames).toEqual([])
    server.socket.resume('too-fast')
    await waitFor(() => server.frames.length === 1)
  })

  it('is not taken for dead, nor at the first ping after it', async () => {
    const { server } = await enter()
    vi.advanceTimersByTime(PING)
    // The answer to this ping is not read any more.
    server.socket.pause('too-fast')
    vi.advanceTimersByTime(5 * PING)
    server.socket.resume('too-fast')
    vi.advanceTimersByTime(PING)
    expect(server.failures).toEqual([])
    await waitFor(() => server.controls === 2)
    vi.advanceTimersByTime(PING)
    expect(server.failures).toEqual([])
  })

  it('is closed at once where its session ends', async () => {
    const { client, server } = await enter()
    server.socket.pause('unsettled')
    const began = performance.now()
    server.socket.close(4403, 'gone')
    expect((await once(client, 'close'))[0]).toBe(4403)
    await waitFor(() => server.isClosed)
    // By the client's answer, not when the time is over that it has for one.
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

describe('[P7] what waits in a socket', () => {
  /** More than the system takes in for one that is not read. */
  const LARGE = 32 * 1024 * 1024

  it('becomes less with each byte that is read, also within one frame', async () => {
    const { client, server } = await enter()
    client.pause()
    server.socket.send(Buffer.alloc(LARGE))
    await waitFor(() => server.socket.bufferedBytes < LARGE, { timeout: 2_000 })
    expect(server.socket.bufferedBytes).toBeGreaterThan(0)
    client.resume()
    await waitFor(() => server.socket.bufferedBytes === 0)
  })

  it('ends the connection where it is too much, in small frames too', async () => {
    const { client, server } = await enter()
    client.pause()
    server.socket.send(Buffer.alloc(LARGE))
    for (let n = 0; n < 60_000; n++) server.socket.send(Buffer.of(1))
    expect(server.failures).toEqual([])
    for (let n = 0; n < 10_000; n++) server.socket.send(Buffer.of(1))
    expect(server.failures[0]).toBe('slow-reader')
  })

  it('is more than the bytes of small frames, which take more than that', async () => {
    const { client, server } = await enter()
    client.pause()
    server.socket.send(Buffer.alloc(LARGE))
    for (let n = 0; n < 100_000; n++) server.socket.send(Buffer.of(1))
    expect(server.socket.bufferedBytes - LARGE).toBeGreaterThan(256 * 100_000)
    client.resume()
    await waitFor(() => server.socket.bufferedBytes === 0)
  })
})

it('[P7] who answers no ping is dead', async () => {
  const { server } = await enter({ autoPong: false })
  vi.advanceTimersByTime(PING)
  expect(server.failures).toEqual([])
  await roundTrip()
  vi.advanceTimersByTime(PING)
  expect(server.failures).toEqual(['heartbeat-lost'])
  await waitFor(() => server.isClosed)
})

it('[P7, L3] pings of a client are told, and answered', async () => {
  const { client, server } = await enter()
  client.ping()
  await once(client, 'pong')
  expect(server.controls).toBe(1)
})

it('[P7, L1] a frame of every size is read once somebody is let in, and not before', async () => {
  const { client, server } = await enter()
  client.send(Buffer.alloc(2 * 1024 * 1024, 7))
  await waitFor(() => server.frames.length === 1)
  const stranger = new WebSocket(url)
  cleanup.push(() => stranger.terminate())
  stranger.on('error', () => undefined)
  await once(stranger, 'open')
  stranger.send(Buffer.alloc(2 * 1024 * 1024))
  await waitFor(() => accepted.at(-1)?.failures.length === 1)
  expect(accepted.at(-1)).toMatchObject({ frames: [], failures: ['too-large'] })
})
