import { useSelf } from 'kith-client/react'
import type { Role } from 'kith-shared'
import { useEffect, useRef } from 'react'
import { useToast } from '../toast/toast.js'
import { withArticle, YOU_CAN } from '../workspaces/role-words.js'

/** Says once, quietly, that an owner gave me another role. */
export const useRoleNews = (): void => {
  const role = useSelf()?.role
  const before = useRef<Role | undefined>(undefined)
  const toast = useToast()
  useEffect(() => {
    if (role === undefined) return
    if (before.current !== undefined && before.current !== role) {
      toast({ text: `You are ${withArticle(role)} now: ${YOU_CAN[role]}` })
    }
    before.current = role
  }, [role, toast])
}
