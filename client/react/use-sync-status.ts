import type { SyncStatus, Workspace } from '../index.js'
import { useWorkspace } from './provider.js'
import { useValue } from './use-value.js'

export const onStatus = (workspace: Workspace, changed: () => void): (() => void) =>
  workspace.onStatus(changed)

/** Before the workspace is there: nothing is known, nothing waits. */
const OPENING: SyncStatus = {
  connection: { state: 'loading', reason: 'opening' },
  pending: 0,
  onDevice: true,
  storage: { kind: 'memory' },
  refused: 0,
}

/** What is on this device, on the server, waiting or refused; the same object until it changes. */
export const useSyncStatus = (): SyncStatus =>
  useValue(useWorkspace(), onStatus, (workspace) => workspace.status(), OPENING)
