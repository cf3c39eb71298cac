/** One workspace on a page without anything to see: tests ask it by `window.kith`. */
import { createWorkspace, forgetWorkspace, type Workspace } from 'kith-client'

export interface Kith {
  readonly workspace: Workspace
  /** Of this user on this device. */
  forget(unsaved?: 'keep' | 'discard'): ReturnType<typeof forgetWorkspace>
  /** Every value that a field of the first contact had here, with the page's clock. */
  readonly seen: { at: number; value: string }[]
}

declare global {
  interface Window {
    kith: Kith
  }
}

const page = new URLSearchParams(location.search)
const asked = (name: string): string => page.get(name) ?? ''
const place = { url: asked('server'), workspaceId: asked('workspace'), userId: asked('as') }
const workspace = createWorkspace({ ...place, getToken: () => asked('token') })
const seen: Kith['seen'] = []
workspace.contacts.subscribe(() => {
  const [id] = workspace.contacts.contactIds()
  const value = id === undefined ? '' : (workspace.contacts.contact(id)?.company ?? '')
  const at = performance.timeOrigin + performance.now()
  if (value !== seen.at(-1)?.value) seen.push({ at, value })
})
window.kith = {
  workspace,
  forget: (unsaved = 'keep') => forgetWorkspace(place, { unsaved }),
  seen,
}
workspace.start()
