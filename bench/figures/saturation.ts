import { SERVER_NAMES, type Server } from '../servers/server.js'
import type { Figure, Measured, Setting } from './figure.js'

const CLIENTS = 50
const WRITERS = 10
const OUTSTANDING = 8
/** As long as Kith's snapshots lie apart under load: what one costs is in it, and the worker's rest. */
const MILLISECONDS = {
  quick: { warmUp: 1_000, measure: 6_000 },
  full: { warmUp: 1_500, measure: 12_000 },
}

const measureIn = async (room: string, server: Server, setting: Setting): Promise<Measured> => {
  const { usage, deliveries, seen, acked } = await setting.driver.run('saturate', server.target, {
    room,
    clients: CLIENTS,
    writers: WRITERS,
    outstanding: OUTSTANDING,
    ...MILLISECONDS[setting.isQuick ? 'quick' : 'full'],
    firstClientId: setting.newClientIds(CLIENTS),
  })
  return {
    'CPU/change, µs': (usage.server * 1_000) / deliveries,
    'with PostgreSQL, µs': ((usage.server + usage.database) * 1_000) / deliveries,
    'changes/s': (deliveries * 1_000) / usage.elapsed,
    'seen p50, ms': seen.p50,
    'seen p99, ms': seen.p99,
    'ack p50, ms': acked.p50,
    'ack p99, ms': acked.p99,
    'server busy, %': (usage.server * 100) / usage.elapsed,
    'driver busy, %': (usage.driver * 100) / usage.elapsed,
  }
}

const figure = {
  servers: SERVER_NAMES,
  rounds: { quick: 2, full: 3 },
  compared: 'CPU/change, µs',
  goals: [
    { type: 'ratio', column: 'CPU/change, µs', atMost: 0.5 },
    { type: 'value', column: 'seen p99, ms', atMost: 50 },
  ],
} as const

export const saturation: Figure = {
  ...figure,
  name: 'saturation',
  title: 'one room, 50 clients, 10 writers as fast as they can with 8 edits outstanding each',
  measure: async (server, setting) => {
    const room = setting.newRoom()
    await server.makeRooms([room])
    return measureIn(room, server, setting)
  },
}

/**
 * With the one that has made a snapshot due, and the writers, 2,000: Kith begins a new epoch past
 * them, or at half as many once nobody is there; what is measured here is a document without that.
 */
const FORMER_CLIENTS = 2_000 - WRITERS - 1
const origins = new Map<Server, string>()

export const oldDocument: Figure = {
  ...figure,
  name: 'old-document',
  title: 'the same in a document of 2,000 client ids',
  prepare: async (server, setting) => {
    if (server.copyRoom) origins.set(server, await fillNew(server, setting))
  },
  measure: async (server, setting) => {
    const origin = origins.get(server)
    if (origin === undefined || server.copyRoom === undefined) {
      return measureIn(await fillNew(server, setting), server, setting)
    }
    const room = setting.newRoom()
    await server.copyRoom(origin, [room])
    return measureIn(room, server, setting)
  },
}

const fillNew = async (server: Server, setting: Setting): Promise<string> => {
  const { driver, newRoom, newClientIds } = setting
  const room = newRoom()
  await server.makeRooms([room])
  const firstClientId = newClientIds(1)
  await driver.run('hold', server.target, { rooms: [room], people: 1, firstClientId })
  const document = { contacts: FORMER_CLIENTS, clients: FORMER_CLIENTS, isSnapshotDue: true }
  await driver.run('fill', server.target, { rooms: [room], ...document })
  await server.settle(room)
  return room
}
