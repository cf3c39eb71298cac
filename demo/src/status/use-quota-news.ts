import { useWorkspace } from 'kith-client/react'
import { useEffect } from 'react'
import { useToast } from '../toast/toast.js'

/** Says what the server warns of before it has to refuse anything; the server says it once. */
export const useQuotaNews = (): void => {
  const workspace = useWorkspace()
  const toast = useToast()
  useEffect(
    () =>
      workspace?.onError(({ code, message }) => {
        if (code === 'quota-warning') toast({ text: message })
      }),
    [workspace, toast],
  )
}
