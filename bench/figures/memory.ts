import { pause } from '../drivers/until.js'
import { residentBytes } from '../proc.js'
import { SERVER_NAMES, type Server } from '../servers/server.js'
import type { Figure, Measured, Setting } from './figure.js'

const KB = 1024

interface Level {
  live: number
  resident: number
}

/** What is left after the garbage is collected, and after what timers still let go of. */
const levelOf = async (server: Server): Promise<Level> => {
  await pause(1_000)
  const { live } = await server.collect()
  return { live, resident: residentBytes(server.target.serverPid) }
}

const perOne = (before: Level, after: Level, count: number, unit: number): [number, number] => [
  (after.live - before.live) / unit / count,
  (after.resident - before.resident) / unit / count,
]

const CONNECTIONS = 2_000
const ROOMS = 20
/** Whatever the first of all costs is not the subject. */
const WARM_UP = 5

export const idleConnection: Figure = {
  name: 'idle-connection',
  title: `memory of an idle connection, ${CONNECTIONS} of them in ${ROOMS} rooms`,
  servers: SERVER_NAMES,
  rounds: { quick: 1, full: 3 },
  isFresh: true,
  compared: 'resident, KB',
  goals: [{ type: 'ratio', column: 'resident, KB', atMost: 1.15 }],
  measure: async (server, { driver, newRoom, newClientIds }) => {
    const rooms = Array.from({ length: ROOMS }, newRoom)
    await server.makeRooms(rooms)
    const holdIn = (people: number) => {
      const firstClientId = newClientIds(rooms.length * people)
      return driver.run('hold', server.target, { rooms, people, firstClientId })
    }
    await holdIn(WARM_UP)
    const before = await levelOf(server)
    await holdIn(CONNECTIONS / ROOMS)
    const after = await levelOf(server)
    await driver.run('release', server.target, undefined)
    const [live, resident] = perOne(before, after, CONNECTIONS, KB)
    return { 'resident, KB': resident, 'live, KB': live }
  },
}

interface OpenOnes {
  contacts: number
  /** Of Kith, and of the servers that hold whole documents: enough for the average. */
  rooms: { kith: number; peers: number }
  atMostMb?: number
}

/** One connection is in each: the first comer, who has read the document. */
const openInKith = async (
  server: Server,
  { driver, newRoom, newClientIds }: Setting,
  { contacts, rooms: { kith: count } }: OpenOnes,
): Promise<Measured> => {
  const [first, ...copies] = Array.from({ length: count + 1 }, newRoom)
  if (first === undefined) throw new RangeError('no room')
  await server.makeRooms([first])
  const { bytes } = await driver.run('fill', server.target, {
    rooms: [first],
    contacts,
    clients: 1,
    isSnapshotDue: true,
  })
  await server.settle(first)
  await server.copyRoom?.(first, copies)
  const before = await levelOf(server)
  const firstClientId = newClientIds(count)
  await driver.run('hold', server.target, { rooms: copies, people: 1, firstClientId })
  return resultOf(before, await levelOf(server), count, bytes)
}

/** They keep no more than they are sent: each is sent all of it. */
const openInPeer = async (
  server: Server,
  { driver, newRoom, newClientIds }: Setting,
  { contacts, rooms: { peers: count } }: OpenOnes,
): Promise<Measured> => {
  const rooms = Array.from({ length: count }, newRoom)
  const before = await levelOf(server)
  const firstClientId = newClientIds(count)
  await driver.run('hold', server.target, { rooms, people: 1, firstClientId })
  const { bytes } = await driver.run('fill', server.target, { rooms, contacts, clients: 1 })
  return resultOf(before, await levelOf(server), count, bytes)
}

const resultOf = (before: Level, after: Level, count: number, bytes: number): Measured => {
  const [live, resident] = perOne(before, after, count, KB * KB)
  return {
    'resident, MB': resident,
    'live, MB': live,
    'open ones': count,
    'encoded, MB': bytes / 1e6,
  }
}

const openWorkspace = (ones: OpenOnes): Figure => ({
  name: `open-workspace-${ones.contacts}`,
  title: `memory of an open workspace of ${ones.contacts} contacts, with one connection`,
  servers: ['kith', 'y-websocket', 'hocuspocus'],
  rounds: { quick: 1, full: 1 },
  isFresh: true,
  compared: 'live, MB',
  ...(ones.atMostMb === undefined
    ? {}
    : { goals: [{ type: 'value', column: 'live, MB', atMost: ones.atMostMb }] }),
  measure: async (server, setting) => {
    const open = server.name === 'kith' ? openInKith : openInPeer
    const measured = await open(server, setting, ones)
    await setting.driver.run('release', server.target, undefined)
    return measured
  },
})

export const openWorkspace1000 = openWorkspace({
  contacts: 1_000,
  rooms: { kith: 200, peers: 100 },
})
export const openWorkspace5000 = openWorkspace({
  contacts: 5_000,
  rooms: { kith: 200, peers: 40 },
  atMostMb: 0.2,
})
export const openWorkspace20000 = openWorkspace({
  contacts: 20_000,
  rooms: { kith: 50, peers: 12 },
})
