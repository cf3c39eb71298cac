import { SERVER_NAMES } from '../servers/server.js'
import type { Figure } from './figure.js'

const PEOPLE = 1_000
const ROOMS = 20
const CONTACTS = 1_000

export const storm: Figure = {
  name: 'storm',
  title: `${PEOPLE} people in ${ROOMS} rooms, all cut off and all back at once, up to date`,
  servers: SERVER_NAMES,
  rounds: { quick: 1, full: 3 },
  compared: 'CPU/person, ms',
  measure: async (server, { driver, newRoom, newClientIds }) => {
    const rooms = Array.from({ length: ROOMS }, newRoom)
    await server.makeRooms(rooms)
    const document = { rooms, contacts: CONTACTS, clients: 1 }
    const holders = { rooms, people: 1, firstClientId: newClientIds(ROOMS) }
    await driver.run('hold', server.target, holders)
    const { stateVector } = await driver.run('fill', server.target, document)
    const { usage, back } = await driver.run('storm', server.target, {
      rooms,
      people: PEOPLE,
      stateVector,
      firstClientId: newClientIds(PEOPLE),
    })
    await driver.run('release', server.target, undefined)
    return {
      'CPU/person, ms': usage.server / PEOPLE,
      'with PostgreSQL, ms': (usage.server + usage.database) / PEOPLE,
      'back p50, ms': back.p50,
      'back p99, ms': back.p99,
      'all back, ms': back.worst,
    }
  },
}
