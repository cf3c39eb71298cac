/** Everybody's connection is cut at once, and everybody comes back at once, up to date. */
import { encodeAwarenessStates } from 'kith-shared'
import { percentile } from '../percentile.js'
import type { Target } from '../target.js'
import { Client, closeAll, joinAll } from './client.js'
import { pause } from './until.js'
import { beginUsage, type Usage } from './usage.js'

export interface StormParams {
  rooms: string[]
  people: number
  stateVector: Uint8Array
  firstClientId: number
}

export interface StormResult {
  usage: Usage
  /** Milliseconds from the cut until one was back; `worst` until all were. */
  back: { p50: number; p99: number; worst: number }
}

/** After the last is back, for what the server still does about it. */
const AFTERMATH = 1_000

/** Each shows itself as it comes, as stock clients and Kith's do. */
const comeIn = async (client: Client): Promise<void> => {
  const { clientId } = client.person
  const joined = client.start()
  await joined
  const json = JSON.stringify({ user: { name: `Name of ${clientId}`, color: '#30bced' } })
  const states = encodeAwarenessStates([{ clientId, clock: 1, json }])
  client.sendPayload(client.talk.awareness(states))
}

export const storm = async (target: Target, params: StormParams): Promise<StormResult> => {
  const { rooms, people, firstClientId, stateVector } = params
  const before = Array.from({ length: people }, (_, n) => {
    const room = rooms[n % rooms.length] ?? ''
    return new Client(target, { room, user: n, clientId: firstClientId + n })
  })
  await joinAll(before)
  const after = before.map(
    ({ person, talk }) => new Client(target, { ...person, held: { ...talk.held, stateVector } }),
  )
  const usage = beginUsage(target)
  const began = performance.now()
  await Promise.all(before.map((client) => client.cut()))
  const times: number[] = []
  await Promise.all(
    after.map(async (client) => {
      await comeIn(client)
      times.push(performance.now() - began)
    }),
  )
  await pause(AFTERMATH)
  const spent = usage()
  await closeAll(after)
  const back = {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    worst: percentile(times, 1),
  }
  return { usage: spent, back }
}
