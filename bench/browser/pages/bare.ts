/** One workspace on a page without anything to see: the bench asks it by `window.bare`. */
import { createWorkspace, type SyncStatus, type Workspace } from 'kith-client'
import type { ContactId } from 'kith-shared'
import { makeEdits } from './make-edits.js'

/** Times are milliseconds since 1970. */
export interface Sight {
  /** The index told of it. */
  readonly at: number
  /** A frame behind it was painted; NaN until then. */
  readonly painted: number
  readonly value: string
}

export interface Bare {
  readonly workspace: Workspace
  /** All of them since the page was loaded. */
  readonly statuses: readonly { at: number; status: SyncStatus }[]
  /** Each company that this contact has from now on. */
  watch(contactId: ContactId): Sight[]
  makeEdits(ids: readonly ContactId[], count: number, last: string): Promise<void>
}

declare global {
  interface Window {
    bare: Bare
    /** For what runs in the page to keep what it watches. */
    shown?: readonly Sight[]
  }
}

const asked = (name: string): string => new URLSearchParams(location.search).get(name) ?? ''
const now = (): number => performance.timeOrigin + performance.now()

const workspace = createWorkspace({
  url: asked('server'),
  workspaceId: asked('workspace'),
  userId: asked('as'),
  getToken: () => asked('token'),
})

const statuses: { at: number; status: SyncStatus }[] = []
workspace.onStatus(() => statuses.push({ at: now(), status: workspace.status() }))

/** What is posted within a frame comes behind its painting. */
const afterPaint = (act: () => void): void => {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = act
    port2.postMessage(undefined)
  })
}

const watch = (contactId: ContactId): Sight[] => {
  const shown = document.getElementById('root')
  const sights: { at: number; painted: number; value: string }[] = []
  workspace.contacts.subscribe(() => {
    const value = workspace.contacts.contact(contactId)?.company ?? ''
    if (value === sights.at(-1)?.value) return
    const sight = { at: now(), painted: Number.NaN, value }
    sights.push(sight)
    if (shown) shown.textContent = value
    afterPaint(() => {
      sight.painted = now()
    })
  })
  return sights
}

window.bare = {
  workspace,
  statuses,
  watch,
  makeEdits: (...what) => makeEdits(workspace, ...what),
}
workspace.start()
