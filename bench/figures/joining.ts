import type { JoinResult } from '../drivers/join.js'
import { SERVER_NAMES, type Server } from '../servers/server.js'
import type { Figure, Measured, Setting } from './figure.js'

const CONTACTS = 10_000

interface Filled {
  room: string
  stateVector: Uint8Array
}

const filled = new Map<Server, Filled>()

/** A workspace that stays open: somebody is in it. */
const prepare = async (
  server: Server,
  { driver, newRoom, newClientIds }: Setting,
): Promise<void> => {
  const room = newRoom()
  await server.makeRooms([room])
  const firstClientId = newClientIds(1)
  await driver.run('hold', server.target, { rooms: [room], people: 1, firstClientId })
  const document = { rooms: [room], contacts: CONTACTS, clients: 1, isSnapshotDue: true }
  const { stateVector } = await driver.run('fill', server.target, document)
  await server.settle(room)
  filled.set(server, { room, stateVector })
}

const columnsOf = ({ usage, time, bytes }: JoinResult, joins: number, what: string): Measured => ({
  [`CPU/${what}, ms`]: usage.server / joins,
  'with PostgreSQL, ms': (usage.server + usage.database) / joins,
  'time p50, ms': time.p50,
  'time p99, ms': time.p99,
  'sent, MB': bytes / 1e6,
})

const joinsOf = async (
  server: Server,
  setting: Setting,
  joins: number,
  holds: 'nothing' | 'everything',
): Promise<JoinResult> => {
  const { room, stateVector } = filled.get(server) ?? { room: '', stateVector: new Uint8Array([0]) }
  const firstClientId = setting.newClientIds(joins)
  const params = { rooms: [room], joins, holds, stateVector, firstClientId }
  return setting.driver.run('join', server.target, params)
}

export const warmJoin: Figure = {
  name: 'join-warm',
  title: `a first join of an open workspace of ${CONTACTS} contacts`,
  servers: ['kith', 'y-websocket', 'hocuspocus'],
  rounds: { quick: 2, full: 3 },
  compared: 'CPU/join, ms',
  goals: [{ type: 'value', column: 'CPU/join, ms', atMost: 5 }],
  prepare,
  measure: async (server, setting) => {
    const joins = setting.isQuick ? 40 : 100
    return columnsOf(await joinsOf(server, setting, joins, 'nothing'), joins, 'join')
  },
}

const COLD_JOINS = 30

/** Only Kith keeps its workspaces anywhere: what the others held is gone with their process. */
export const coldJoin: Figure = {
  name: 'join-cold',
  title: `a first join of a workspace of ${CONTACTS} contacts that was not open`,
  servers: ['kith'],
  rounds: { quick: 1, full: 3 },
  compared: 'CPU/join, ms',
  goals: [{ type: 'value', column: 'CPU/join, ms', atMost: 5 }],
  prepare,
  measure: async (server, { driver, newRoom, newClientIds }) => {
    const rooms = Array.from({ length: COLD_JOINS }, newRoom)
    await server.copyRoom?.(filled.get(server)?.room ?? '', rooms)
    const result = await driver.run('join', server.target, {
      rooms,
      joins: COLD_JOINS,
      holds: 'nothing',
      stateVector: new Uint8Array([0]),
      firstClientId: newClientIds(COLD_JOINS),
    })
    return columnsOf(result, COLD_JOINS, 'join')
  },
}

export const reconnect: Figure = {
  name: 'reconnect',
  title: `an up-to-date reconnect, ${CONTACTS} contacts; the bare relay accepts a connection`,
  servers: SERVER_NAMES,
  rounds: { quick: 3, full: 5 },
  compared: 'CPU/reconnect, ms',
  goals: [{ type: 'ratio', column: 'CPU/reconnect, ms', atMost: 1.5 }],
  prepare,
  measure: async (server, setting) => {
    const joins = setting.isQuick ? 500 : 1_000
    const result = await joinsOf(server, setting, joins, 'everything')
    return columnsOf(result, joins, 'reconnect')
  },
}
