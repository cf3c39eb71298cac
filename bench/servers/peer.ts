import { freePort } from '../../test/harness/server-process.js'
import { startChild } from './child.js'
import { DIALECTS, type Server, type ServerName } from './server.js'

const PROGRAMS: Record<Exclude<ServerName, 'kith'>, string> = {
  'bare-relay': 'bare-relay.js',
  'y-websocket': '../../node_modules/y-websocket-server/bin/server.cjs',
  hocuspocus: 'hocuspocus.js',
}

/** One of the servers that Kith is measured beside, as its own package starts it. */
export const startPeer = async (name: Exclude<ServerName, 'kith'>): Promise<Server> => {
  const port = await freePort()
  const child = await startChild({ program: PROGRAMS[name], port })
  return {
    name,
    target: { dialect: DIALECTS[name], port, serverPid: child.pid, secret: '' },
    makeRooms: async () => undefined,
    settle: async () => undefined,
    collect: child.collect,
    printed: child.printed,
    close: child.close,
  }
}
