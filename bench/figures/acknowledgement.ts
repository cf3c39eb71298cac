import { pause } from '../drivers/until.js'
import { SERVER_NAMES } from '../servers/server.js'
import type { Figure } from './figure.js'

const ROOMS = 50
const WRITERS = 4
const PER_SECOND = 5

export const acknowledgement: Figure = {
  name: 'acknowledgement',
  title: `${ROOMS * WRITERS} writers in ${ROOMS} rooms at ${PER_SECOND} edits a second each`,
  servers: SERVER_NAMES,
  rounds: { quick: 1, full: 3 },
  compared: 'CPU/edit, µs',
  goals: [{ type: 'value', column: 'ack p99, ms', atMost: 50 }],
  measure: async (server, { driver, isQuick, newRoom, newClientIds }) => {
    const rooms = Array.from({ length: ROOMS }, newRoom)
    await server.makeRooms(rooms)
    await driver.run('beginPaced', server.target, {
      rooms,
      writers: WRITERS,
      perSecond: PER_SECOND,
      warmUp: 2_000,
      firstClientId: newClientIds(ROOMS * WRITERS),
    })
    await pause(isQuick ? 4_000 : 8_000)
    const { usage, edits, seen, acked } = await driver.run('endPaced', server.target, undefined)
    return {
      'CPU/edit, µs': (usage.server * 1_000) / edits,
      'with PostgreSQL, µs': ((usage.server + usage.database) * 1_000) / edits,
      edits,
      'ack p50, ms': acked.p50,
      'ack p99, ms': acked.p99,
      'seen p50, ms': seen.p50,
      'seen p99, ms': seen.p99,
    }
  },
}
