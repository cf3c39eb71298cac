import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { FrameSocket, frameOf } from '../../../bench/drivers/frame-socket.js'
import { waitFor } from '../../harness/wait-for.js'

const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000, 3]

const bytesOf = (length: number): Buffer => Buffer.alloc(length, length % 251)

let server: WebSocketServer
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
})
afterEach(() => {
  for (const socket of server.clients) socket.terminate()
  server.close()
})

const connect = async () => {
  const frames: Buffer[] = []
  const codes: (number | undefined)[] = []
  const { port } = server.address() as AddressInfo // it listens on TCP
  const connected = once(server, 'connection')
  const socket = new FrameSocket(port, '/room', {
    opened: () => undefined,
    frame: (bytes) => frames.push(Buffer.from(bytes)),
    closed: (code) => codes.push(code),
  })
  const [peer] = (await connected) as [WebSocket]
  return { socket, peer, frames, codes }
}

describe('the socket of the drivers', () => {
  test('reads what a real server sends, whole, whatever its length', async () => {
    const { peer, frames } = await connect()
    for (let round = 0; round < 20; round++) {
      for (const length of LENGTHS) peer.send(bytesOf(length))
    }
    await waitFor(() => frames.length === 20 * LENGTHS.length)
    for (const [n, frame] of frames.entries()) {
      expect(frame.equals(bytesOf(LENGTHS[n % LENGTHS.length] ?? 0))).toBe(true)
    }
  })

  test('is read by a real server', async () => {
    const { socket, peer } = await connect()
    const got: Buffer[] = []
    peer.on('message', (data: Buffer) => got.push(data)) // ws's default is one Buffer
    for (const length of LENGTHS) socket.send(frameOf(bytesOf(length)))
    await waitFor(() => got.length === LENGTHS.length)
    expect(got.map(({ length }) => length)).toEqual(LENGTHS)
  })

  test('answers pings, and tells the code that it was closed with', async () => {
    const { peer, codes } = await connect()
    const ponged = once(peer, 'pong')
    peer.ping('are you there')
    expect(String((await ponged)[0])).toBe('are you there')
    peer.close(4401)
    await waitFor(() => codes.length === 1)
    expect(codes).toEqual([4401])
  })

  test('says goodbye, or is cut without a word', async () => {
    const polite = await connect()
    const left = once(polite.peer, 'close')
    polite.socket.close()
    expect((await left)[0]).toBe(1000)
    const rude = await connect()
    const gone = once(rude.peer, 'close')
    rude.peer.on('error', () => undefined)
    rude.socket.cut()
    expect((await gone)[0]).toBe(1006)
  })
})
