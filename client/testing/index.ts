/**
 * A test kit for apps on Kith: people in one workspace, in memory, with a clock that the test moves.
 * Imports the client and `kith-server/memory`; no network, no database, no timers. For tests only.
 */
export { TestPeer, type TestPerson } from './test-peer.js'
export {
  createTestWorkspace,
  type TestServer,
  type TestWorkspace,
  type TestWorkspaceOptions,
} from './test-workspace.js'
