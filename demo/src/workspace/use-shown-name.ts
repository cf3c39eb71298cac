import { useWorkspaceName } from 'kith-client/react'
import { useEffect } from 'react'
import { knownName, rememberName } from '../workspaces/known-workspaces.js'

/** What the workspace is called: the server's last word, or what this device remembers of it. */
export const useShownName = (userId: string, workspaceId: string): string => {
  const told = useWorkspaceName()
  useEffect(() => {
    if (told !== undefined) rememberName(userId, workspaceId, told)
  }, [userId, workspaceId, told])
  const name = told ?? knownName(userId, workspaceId)
  useEffect(() => {
    document.title = `${name} · Kith`
  }, [name])
  return name
}
