export { OpenWorkspace } from '../workspace/open-workspace.js'
export { Invited } from '../workspaces/invited.js'
export { MyWorkspaces } from '../workspaces/my-workspaces.js'
