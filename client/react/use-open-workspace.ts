import { useEffect, useRef, useState } from 'react'
import { createWorkspace, type Workspace, type WorkspaceOptions } from '../index.js'

interface Lease {
  readonly key: string
  readonly workspace: Workspace
  held: boolean
}

/** What decides which workspace it is; everything else may be a new object in every render. */
const keyOf = (options: WorkspaceOptions): string =>
  JSON.stringify([options.url, options.workspaceId, options.userId])

/**
 * Opens a workspace for as long as the component is mounted; `undefined` until then.
 *
 * 1. Nothing is made while rendering: a render may be thrown away, and on a server there is no end.
 * 2. A release closes a microtask later, and only if nobody took the workspace back: StrictMode and
 *    hot reload end and repeat effects in one go, and must not get a second document and socket.
 * 3. `getToken` is looked up when a token is asked for, so the newest props answer.
 */
export const useOpenWorkspace = (options: WorkspaceOptions | undefined): Workspace | undefined => {
  const newest = useRef(options)
  const lease = useRef<Lease | undefined>(undefined)
  const [opened, setOpened] = useState<Lease>()
  const key = options === undefined ? undefined : keyOf(options)

  useEffect(() => {
    if (options !== undefined) newest.current = options
  })

  useEffect(() => {
    const wanted = newest.current
    if (key === undefined || wanted === undefined) return
    if (lease.current?.key !== key) {
      void lease.current?.workspace.close()
      lease.current = open(key, wanted, newest)
    }
    const mine = lease.current
    mine.held = true
    setOpened(mine)
    return () => {
      mine.held = false
      queueMicrotask(() => {
        if (mine.held || lease.current !== mine) return
        lease.current = undefined
        void mine.workspace.close()
      })
    }
  }, [key])

  return opened !== undefined && opened.key === key ? opened.workspace : undefined
}

const open = (
  key: string,
  options: WorkspaceOptions,
  newest: { readonly current: WorkspaceOptions | undefined },
): Lease => {
  const workspace = createWorkspace({
    ...options,
    getToken: (request) => (newest.current ?? options).getToken(request),
  })
  workspace.start()
  return { key, workspace, held: true }
}
