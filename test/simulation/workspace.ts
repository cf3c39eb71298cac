import type { WorkspaceId } from 'kith-shared'

/** The one workspace of the simulated world. */
export const WORKSPACE = 'w' as WorkspaceId
