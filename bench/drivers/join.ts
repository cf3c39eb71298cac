/** People who come one after another, get what they lack, and leave. */
import { percentile } from '../percentile.js'
import type { Target } from '../target.js'
import { Client } from './client.js'
import type { Held } from './dialect.js'
import { beginUsage, type Usage } from './usage.js'

export interface JoinParams {
  /** Whose turn it is, one after the other. */
  rooms: string[]
  joins: number
  /**
   * `nothing`: first joins, each under a client id of its own. `everything`: who comes holds all that
   * the server does, and has the client id of before.
   */
  holds: 'nothing' | 'everything'
  /** What a server that asks by state vector is told, by who holds everything. */
  stateVector: Uint8Array
  firstClientId: number
}

export interface JoinResult {
  usage: Usage
  /** Bytes of the document that one was sent, as the median. */
  bytes: number
  /** Milliseconds from connecting to having it all. */
  time: { p50: number; p99: number }
}

const heldBy = async (
  target: Target,
  { rooms, stateVector, firstClientId }: JoinParams,
): Promise<Held> => {
  const client = new Client(target, { room: rooms[0] ?? '', user: 0, clientId: firstClientId })
  await client.start()
  const { held } = client.talk
  await client.close()
  return { ...held, stateVector }
}

export const join = async (target: Target, params: JoinParams): Promise<JoinResult> => {
  const { rooms, joins, holds, firstClientId } = params
  const held = holds === 'everything' ? { held: await heldBy(target, params) } : {}
  const times: number[] = []
  const bytes: number[] = []
  const usage = beginUsage(target)
  for (let n = 0; n < joins; n++) {
    const room = rooms[n % rooms.length] ?? ''
    const clientId = firstClientId + (holds === 'everything' ? 0 : n)
    const client = new Client(target, {
      room,
      user: holds === 'everything' ? 0 : n,
      clientId,
      ...held,
    })
    const began = performance.now()
    await client.start()
    times.push(performance.now() - began)
    bytes.push(client.loadedBytes)
    await client.close()
  }
  const time = { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
  return { usage: usage(), bytes: percentile(bytes, 0.5), time }
}
