/** Many who join one large workspace at the same moment, none of whom holds anything of it. */
import { percentile } from '../percentile.js'
import type { Target } from '../target.js'
import { Client, closeAll } from './client.js'
import { beginUsage, type Usage } from './usage.js'

export interface CrowdParams {
  room: string
  people: number
  firstClientId: number
}

export interface CrowdResult {
  usage: Usage
  bytes: number
  /** Milliseconds until one has it all, and until all have. */
  joined: { p50: number; worst: number }
}

export const crowd = async (target: Target, params: CrowdParams): Promise<CrowdResult> => {
  const { room, people, firstClientId } = params
  const clients = Array.from(
    { length: people },
    (_, n) => new Client(target, { room, user: n, clientId: firstClientId + n }),
  )
  const usage = beginUsage(target)
  const began = performance.now()
  const times: number[] = []
  await Promise.all(
    clients.map(async (client) => {
      await client.start()
      times.push(performance.now() - began)
    }),
  )
  const spent = usage()
  await closeAll(clients)
  const joined = { p50: percentile(times, 0.5), worst: percentile(times, 1) }
  return { usage: spent, bytes: clients[0]?.loadedBytes ?? 0, joined }
}
