/**
 * The server's core in memory, for test kits: the same sessions, gate and rooms as in production.
 * Imports the core and `kith-shared`; runs in Node and in browsers.
 */
export {
  type MemoryConnection,
  MemoryServer,
  type MemoryServerParts,
  type MemorySocket,
} from './memory-server.js'
export type { MemoryMember } from './people.js'
