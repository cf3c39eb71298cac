/** Lets time pass until nothing moves any more. */

import type { MemoryServer } from 'kith-server/memory'
import { unreachable } from 'kith-shared'
import type { Workspace } from '../api.js'
import type { TestClock } from './test-clock.js'
import type { TestPeer } from './test-peer.js'

/** By then anybody who tries to connect has; in milliseconds. */
const PATIENCE = 60_000
/** So long must nothing move: what is typed into a field is written 250 ms later. */
const QUIET = 300
/** The same where changes wait for something that may never come. */
const QUIET_WITH_CHANGES = 3_000
const SLICE = 20

export const settle = async (
  clock: TestClock,
  peers: readonly TestPeer[],
  server: Pick<MemoryServer, 'storage'>,
): Promise<void> => {
  const end = clock.now() + PATIENCE
  for (let quietSince = clock.now(); ; ) {
    await clock.pass(SLICE)
    const tabs = peers.flatMap((peer) => peer.tabs.map((tab) => ({ peer, tab })))
    const late = tabs.filter(({ peer, tab }) => !rests(peer, tab, server))
    if (late.length > 0 || !clock.isQuiet) quietSince = clock.now()
    const isSaved = tabs.every(({ tab }) => tab.status().pending === 0)
    if (clock.now() - quietSince >= (isSaved ? QUIET : QUIET_WITH_CHANGES)) return
    if (clock.now() < end) continue
    const who = late.map(({ peer, tab }) => `${peer.name}: ${wordsOf(tab)}`)
    throw new Error(
      `not settled after ${PATIENCE / 1000} s: ${who.join(', ') || 'frames still pass'}`,
    )
  }
}

const wordsOf = (tab: Workspace): string => {
  const { connection, pending } = tab.status()
  return `${connection.state} (${connection.reason}), ${pending} pending`
}

/** Whether nothing more comes of it unless somebody does something. */
const rests = (peer: TestPeer, tab: Workspace, server: Pick<MemoryServer, 'storage'>): boolean => {
  const { state, reason } = tab.status().connection
  switch (state) {
    case 'live':
    case 'needs-auth':
    case 'denied':
    case 'update-required':
      return true
    case 'offline':
    case 'connecting':
      return !peer.isOnline || reason === 'disconnected' || server.storage === 'away'
    case 'syncing':
    case 'storage-error':
      return server.storage === 'away'
    case 'loading':
      return false
    default:
      return unreachable(state)
  }
}
