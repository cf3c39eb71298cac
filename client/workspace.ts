import type { Workspace, WorkspaceOptions } from './api.js'

export interface WorkspaceParts {
  random?: () => number
}
export declare const createWorkspace: (
  options: WorkspaceOptions,
  parts?: WorkspaceParts,
) => Workspace
