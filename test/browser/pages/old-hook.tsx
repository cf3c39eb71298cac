/** An app of the first prototype: its hook and its window events, nothing else. */
import { useWorkspaceSync, type WorkspaceSync } from 'kith-client/react'
import { useEffect } from 'react'
import { createRoot } from 'react-dom/client'

const asked = new URLSearchParams(location.search)
const parameter = (name: string): string => asked.get(name) ?? ''

interface OldApp {
  sync: WorkspaceSync
  /** What the callbacks said, one after the other. */
  told: string[]
  /** The events of `window`, as they came. */
  events: { type: string; detail: unknown }[]
  unmount(): void
}

declare global {
  interface Window {
    old: OldApp
  }
}

const EVENTS = [
  'workspace:contact_created',
  'workspace:contact_updated',
  'workspace:contact_deleted',
  'workspace:note_added',
  'workspace:typing',
  'workspace:cursor_position',
] as const

const told: string[] = []
const events: OldApp['events'] = []
for (const type of EVENTS) {
  window.addEventListener(type, ({ detail }) => events.push({ type, detail }))
}

const App = () => {
  const sync = useWorkspaceSync({
    workspaceId: parameter('workspace'),
    userId: parameter('says') || parameter('as'),
    token: asked.has('lazy') ? async () => parameter('token') : parameter('token'),
    wsUrl: parameter('server').replace('http', 'ws'),
    ...(asked.has('stay') ? { autoReconnect: false } : {}),
    reconnectInterval: 50,
    onConnected: () => told.push('connected'),
    onDisconnected: () => told.push('disconnected'),
    onError: (error) => told.push(`${error.name}: ${error.message}`),
  })
  useEffect(() => {
    window.old = { ...window.old, sync }
  })
  return (
    <p>
      {sync.isConnected ? 'connected' : 'not connected'};{' '}
      {sync.presence.map(({ name, status, is_typing }) => `${name} ${status} ${is_typing}`).join()}
    </p>
  )
}

const place = document.getElementById('root')
if (place === null) throw new Error('no place to render into')
const root = createRoot(place)
const nothing = (): never => {
  throw new Error('not rendered yet')
}
const EMPTY: WorkspaceSync = {
  isConnected: false,
  presence: [],
  send: nothing,
  sendContactCreated: nothing,
  sendContactUpdated: nothing,
  sendContactDeleted: nothing,
  sendTyping: nothing,
  sendNoteAdded: nothing,
}
window.old = { sync: EMPTY, told, events, unmount: () => root.unmount() }
root.render(<App />)
