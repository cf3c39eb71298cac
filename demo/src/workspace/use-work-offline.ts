import { useWorkspace } from 'kith-client/react'
import { useEffect, useState } from 'react'

/** Leaves and re-enters the network by wish. A reload is back on it. */
export const useWorkOffline = (): [boolean, (isOffline: boolean) => void] => {
  const workspace = useWorkspace()
  const [isOffline, setOffline] = useState(false)
  useEffect(() => {
    if (isOffline) workspace?.disconnect()
    return () => {
      if (isOffline) workspace?.connect()
    }
  }, [workspace, isOffline])
  return [isOffline, setOffline]
}
