import type { createWorkspace, Workspace, WorkspaceOptions } from '../../../client/index.js'
import type { openTeam } from './team.js'

/** A workspace that a component has opened by itself, as one more tab of Ana's. */
export interface Opened {
  options: WorkspaceOptions
  workspace: Workspace
  calls: ('start' | 'close')[]
}

/** What `createWorkspace` is for components: each of its workspaces lives on Ana's device. */
export const openedOn = (
  create: typeof createWorkspace,
  { ana }: Pick<Awaited<ReturnType<typeof openTeam>>, 'ana'>,
  options: WorkspaceOptions,
): Opened => {
  const workspace = create(options, ana.parts)
  const calls: Opened['calls'] = []
  const { start, close } = workspace
  workspace.start = () => {
    calls.push('start')
    start()
  }
  workspace.close = () => {
    calls.push('close')
    return close()
  }
  return { options, workspace, calls }
}
