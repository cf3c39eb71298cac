/** Connections that are there and do nothing, until they are released. */
import type { Target } from '../target.js'
import { Client, closeAll, joinAll } from './client.js'

export interface HoldParams {
  rooms: string[]
  /** In each room. */
  people: number
  firstClientId: number
}

/** By the server's port. */
const held = new Map<number, Client[]>()

export const hold = async (target: Target, params: HoldParams): Promise<void> => {
  const { rooms, people, firstClientId } = params
  const clients = Array.from({ length: rooms.length * people }, (_, n) => {
    const room = rooms[n % rooms.length] ?? ''
    const person = { room, user: n, clientId: firstClientId + n }
    // A server may end before they are released: then they are gone with it.
    return new Client(target, person, { ended: () => undefined })
  })
  await joinAll(clients)
  held.set(target.port, [...(held.get(target.port) ?? []), ...clients])
}

/** All that are held at this server. */
export const release = async ({ port }: Target, _none: undefined): Promise<void> => {
  const clients = held.get(port) ?? []
  held.delete(port)
  await closeAll(clients)
}
