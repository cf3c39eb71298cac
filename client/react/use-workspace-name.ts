import { useWorkspace } from './provider.js'
import { onStatus } from './use-sync-status.js'
import { useValue } from './use-value.js'

/** What people call the workspace, renamed at once; `undefined` until a server has said it. */
export const useWorkspaceName = (): string | undefined =>
  useValue(useWorkspace(), onStatus, (workspace) => workspace.name(), undefined)
