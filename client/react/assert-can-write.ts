import { mayWrite } from 'kith-shared'
import { ReadOnlyError, type Workspace } from '../index.js'

/**
 * Before an edit that is no action of the workspace's. As long as no server has said who I am, it
 * passes.
 *
 * @throws ReadOnlyError for a viewer
 */
export const assertCanWrite = (workspace: Workspace): void => {
  const role = workspace.self()?.role
  if (role !== undefined && !mayWrite(role)) throw new ReadOnlyError()
}
