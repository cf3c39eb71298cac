import { useSelf } from 'kith-client/react'
import { mayWrite } from 'kith-shared'

/** Whether my role writes; before a server has said which it is, what I do is kept and tried. */
export const useMayWrite = (): boolean => {
  const role = useSelf()?.role
  return role === undefined || mayWrite(role)
}
