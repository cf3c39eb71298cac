import { SERVER_NAMES } from '../servers/server.js'
import type { Figure } from './figure.js'

/**
 * Each server has so many moves behind it before it is measured. At ten a second of 30 people V8's
 * compiler is at work for half a minute, which no server is that has been up for longer.
 */
const WARM_UP = { people: 20, perSecond: 50, warmUp: 10_000, measure: 500 }

const presenceOf = (people: number, perSecond: number, often: string): Figure => ({
  name: `presence-${people}`,
  title: `${people} people in one room who each move ${often}`,
  servers: SERVER_NAMES,
  rounds: { quick: 2, full: 3 },
  compared: 'CPU/move, µs',
  goals: [{ type: 'ratio', column: 'CPU/move, µs', atMost: 0.5 }],
  prepare: async (server, { driver, newRoom, newClientIds }) => {
    const room = newRoom()
    await server.makeRooms([room])
    const firstClientId = newClientIds(WARM_UP.people)
    await driver.run('presence', server.target, { room, ...WARM_UP, firstClientId })
  },
  measure: async (server, { driver, isQuick, newRoom, newClientIds }) => {
    const room = newRoom()
    await server.makeRooms([room])
    const { usage, moves, seenShare, seen } = await driver.run('presence', server.target, {
      room,
      people,
      perSecond,
      warmUp: 1_500,
      measure: isQuick ? 3_000 : 5_000,
      firstClientId: newClientIds(people),
    })
    return {
      'CPU/move, µs': (usage.server * 1_000) / moves,
      moves,
      'seen, %': seenShare * 100,
      'seen p50, ms': seen.p50,
      'seen p99, ms': seen.p99,
      'server busy, %': (usage.server * 100) / usage.elapsed,
    }
  },
})

export const presence30 = presenceOf(30, 10, '10 times a second')
export const presence100 = presenceOf(100, 5, '5 times a second')
/** More would be beyond the bare relay: 250 moves a second are 125,000 deliveries. */
export const presence500 = presenceOf(500, 0.5, 'every 2 seconds')
