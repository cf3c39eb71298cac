import { residentBytes } from '../proc.js'
import type { Server } from '../servers/server.js'
import type { Figure, Setting } from './figure.js'

const CONTACTS = 105_000
/** A server that encodes the document for each of them takes half a second for one. */
const PEOPLE = { kith: 150, peers: 30 }
const MB = 1024 * 1024

const filled = new Map<Server, string>()

const fillLarge = async (server: Server, setting: Setting): Promise<void> => {
  const { driver, newRoom, newClientIds } = setting
  const room = newRoom()
  await server.makeRooms([room])
  const firstClientId = newClientIds(1)
  await driver.run('hold', server.target, { rooms: [room], people: 1, firstClientId })
  await driver.run('fill', server.target, {
    rooms: [room],
    contacts: CONTACTS,
    clients: 5,
    isSnapshotDue: true,
  })
  await server.settle(room)
  await server.collect()
  filled.set(server, room)
}

/** Looks every so many milliseconds until it is ended; gives by how much it has grown at most. */
const watchMemory = (pid: number): (() => number) => {
  const before = residentBytes(pid)
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid))
  }, 100)
  return () => {
    clearInterval(timer)
    return most - before
  }
}

/** People in another room, who should notice nothing. */
const beginOthers = async (server: Server, setting: Setting): Promise<void> => {
  const room = setting.newRoom()
  await server.makeRooms([room])
  await setting.bystander.run('beginPaced', server.target, {
    rooms: [room],
    writers: 4,
    perSecond: 10,
    warmUp: 500,
    firstClientId: setting.newClientIds(4),
  })
}

export const crowd: Figure = {
  name: 'crowd',
  title: 'people who join a workspace of 20 MB at once, and others at work in another room',
  servers: ['kith', 'y-websocket', 'hocuspocus'],
  rounds: { quick: 1, full: 2 },
  isFresh: true,
  compared: 'CPU/join, ms',
  prepare: fillLarge,
  measure: async (server, setting) => {
    const people = server.name === 'kith' ? PEOPLE.kith : PEOPLE.peers
    await beginOthers(server, setting)
    const endWatch = watchMemory(server.target.serverPid)
    const { usage, bytes, joined } = await setting.driver.run('crowd', server.target, {
      room: filled.get(server) ?? '',
      people,
      firstClientId: setting.newClientIds(people),
    })
    const grown = endWatch()
    const { seen } = await setting.bystander.run('endPaced', server.target, undefined)
    await setting.driver.run('release', server.target, undefined)
    return {
      people,
      'sent each, MB': bytes / 1e6,
      'CPU/join, ms': usage.server / people,
      'with PostgreSQL, ms': (usage.server + usage.database) / people,
      'joined p50, ms': joined.p50,
      'all joined, ms': joined.worst,
      'memory +, MB': grown / MB,
      'others see p99, ms': seen.p99,
      'others see worst, ms': seen.worst,
    }
  },
}
