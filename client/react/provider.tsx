import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { Workspace, WorkspaceOptions } from '../index.js'
import { useOpenWorkspace } from './use-open-workspace.js'

/** Which workspace a provider is for, and the workspace as soon as its effects have opened it. */
interface Provision {
  workspaceId: string
  userId: string
  workspace: Workspace | undefined
}

const Provided = createContext<Provision | undefined>(undefined)

/**
 * Either the options of a workspace, which the provider then opens and closes, or a `workspace`
 * whose life its owner looks after.
 */
export type WorkspaceProviderProps = { children?: ReactNode } & (
  | (WorkspaceOptions & { workspace?: undefined })
  | { workspace: Workspace }
)

/**
 * One workspace for everything below it. `url`, `workspaceId` and `userId` say which; when one of
 * them changes, the old workspace closes and the new one opens. The other options may be written
 * inline: `getToken` is looked up when a token is needed, the rest when a workspace opens.
 */
export const WorkspaceProvider = (props: WorkspaceProviderProps): ReactNode => {
  const opened = useOpenWorkspace(props.workspace === undefined ? props : undefined)
  const workspace = props.workspace ?? opened
  const { id: workspaceId, userId } =
    props.workspace === undefined
      ? { id: props.workspaceId, userId: props.userId }
      : props.workspace
  const provision = useMemo(
    () => ({ workspaceId, userId, workspace }),
    [workspaceId, userId, workspace],
  )
  return <Provided.Provider value={provision}>{props.children}</Provided.Provider>
}

/** The provider's workspace, if there is a provider; for hooks that also work without one. */
export const useProvision = (): Provision | undefined => useContext(Provided)

/**
 * The workspace of the nearest `<WorkspaceProvider>`; `undefined` on the server, while hydrating
 * and until the provider's first effects have run.
 *
 * @throws ProviderMissing where there is no provider above
 */
export const useWorkspace = (): Workspace | undefined => {
  const provision = useProvision()
  if (provision === undefined) throw new ProviderMissing()
  return provision.workspace
}

/** A hook of Kith was called outside a `<WorkspaceProvider>`: a mistake in the app. */
export class ProviderMissing extends Error {
  override name = 'ProviderMissing'
  constructor() {
    super('wrap this component in <WorkspaceProvider>')
  }
}
