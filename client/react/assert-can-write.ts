import { ReadOnlyError, type Workspace } from '../index.js'

/**
 * Before an edit that is no action of the workspace's.
 *
 * @throws ReadOnlyError where the workspace takes none
 */
export const assertCanWrite = (workspace: Workspace): void => {
  if (!workspace.mayEdit()) throw new ReadOnlyError()
}
