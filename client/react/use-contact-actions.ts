import type { WorkspaceActions } from '../index.js'
import { useWorkspace } from './provider.js'

/** An action was called while rendering, or before the provider's first effects had run. */
export class WorkspaceNotOpen extends Error {
  override name = 'WorkspaceNotOpen'
  constructor() {
    super('the workspace is not open yet: act in handlers, or once useWorkspace() gives it')
  }
}

const refuse = (): never => {
  throw new WorkspaceNotOpen()
}

/** Every action, by whatever name, is one that throws. */
export const NO_ACTIONS = /* @__PURE__ */ new Proxy({} as WorkspaceActions, { get: () => refuse })

/**
 * What can be done to contacts and notes; the same object as long as the workspace is. Actions
 * throw `InvalidValue` for values that the document does not take, and `WorkspaceNotOpen` before
 * the workspace is there.
 */
export const useContactActions = (): WorkspaceActions => useWorkspace()?.actions ?? NO_ACTIONS
