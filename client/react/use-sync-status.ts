import type { SyncStatus, Workspace } from '../index.js'
import { useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
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

/**
 * What is on this device, on the server, waiting or refused; the same object until it changes. Each
 * edit changes it three times or so: who shows but a part of it picks that by `select`, and renders
 * when the selected value differs, compared one level deep.
 */
export function useSyncStatus(): SyncStatus
export function useSyncStatus<Selected>(select: (status: SyncStatus) => Selected): Selected
export function useSyncStatus(select: (status: SyncStatus) => unknown = whole): unknown {
  return useValue<Workspace, unknown>(
    useWorkspace(),
    onStatus,
    (workspace) => select(workspace.status()),
    select(OPENING),
    shallowEqual,
  )
}

const whole = (status: SyncStatus): SyncStatus => status
