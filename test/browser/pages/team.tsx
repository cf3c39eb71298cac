/**
 * A team's contacts, as an app would write them: every component and hook of `kith-client/react`
 * over one list and one contact. The test reads `window.team`.
 */
import type { Workspace } from 'kith-client'
import {
  CursorTracker,
  PresenceIndicator,
  SyncStatus,
  TypingIndicator,
  useAbout,
  useContact,
  useContactIds,
  useField,
  usePresence,
  useSelf,
  useWorkspace,
  WorkspaceProvider,
} from 'kith-client/react'
import { type ContactId, isContactId } from 'kith-shared'
import { memo, Profiler, type ReactNode, StrictMode, useEffect, useState } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import 'kith-client/react/styles.css'
import './team.css'
import { watchDocuments } from './watch-documents.js'

const asked = new URLSearchParams(location.search)
const parameter = (name: string): string => asked.get(name) ?? ''

interface Team {
  workspace: Workspace | undefined
  /** Commits by the name of a `<Profiler>`. */
  commits: Record<string, number>
  people: readonly { id: string; status: string; isSelf: boolean }[]
  livingDocuments(): number
  rerender(): void
  unmount(): void
}

declare global {
  interface Window {
    team: Team
  }
}

const count = (id: string): void => {
  window.team.commits[id] = (window.team.commits[id] ?? 0) + 1
}

const Counted = ({ id, children }: { id: string; children: ReactNode }) => (
  <Profiler id={id} onRender={count}>
    {children}
  </Profiler>
)

const Row = memo(({ id }: { id: ContactId }) => (
  <Counted id={`row ${id}`}>
    <RowText id={id} />
  </Counted>
))

const RowText = ({ id }: { id: ContactId }) => {
  const shown = useContact(id, ({ name, company }) => ({ name, company }))
  return (
    <li data-kith-contact={id} data-row="">
      <b>{shown?.name}</b> {shown?.company}
    </li>
  )
}

const List = () => {
  const ids = useContactIds()
  // Of the list alone: a `<Profiler>` around it would count its rows, too.
  useEffect(() => count('list'))
  return (
    <ul className="list" aria-label="Contacts" data-count={ids.length}>
      {ids.map((id) => (
        <Row key={id} id={id} />
      ))}
    </ul>
  )
}

const Contact = ({ id }: { id: ContactId }) => {
  const company = useField(id, 'company')
  const about = useAbout(id)
  return (
    <form className="contact">
      <label>
        Company <input {...company.props} />
      </label>
      <label>
        About <textarea {...about.props} rows={6} />
      </label>
      <TypingIndicator contactId={id} data-testid="typing" />
      <TypingIndicator contactId={id} field="about" data-testid="typing-about" />
    </form>
  )
}

const Watch = () => {
  const workspace = useWorkspace()
  const people = usePresence()
  useEffect(() => {
    window.team.workspace = workspace
    window.team.people = people
  })
  return <p data-testid="me">{useSelf()?.name ?? 'nobody yet'}</p>
}

const Team = () => {
  const contact = parameter('contact')
  return (
    <WorkspaceProvider
      url={parameter('server')}
      workspaceId={parameter('workspace')}
      userId={parameter('as')}
      getToken={() => parameter('token')}
    >
      <header>
        <Watch />
        <Counted id="presence">
          <PresenceIndicator max={3} selfName={parameter('name')} data-testid="presence" />
        </Counted>
      </header>
      <CursorTracker className="main">
        <List />
        {isContactId(contact) && <Contact id={contact} />}
      </CursorTracker>
      <footer>
        <SyncStatus data-testid="sync" />
        <span data-testid="beside">beside</span>
      </footer>
    </WorkspaceProvider>
  )
}

const App = () => {
  const [, again] = useState(0)
  useEffect(() => {
    window.team.rerender = () => again((before) => before + 1)
  }, [])
  return asked.has('strict') ? (
    <StrictMode>
      <Team />
    </StrictMode>
  ) : (
    <Team />
  )
}

const place = document.getElementById('root')
if (place === null) throw new Error('no place to render into')
window.team = {
  workspace: undefined,
  commits: {},
  people: [],
  livingDocuments: watchDocuments(),
  rerender: () => undefined,
  unmount: () => root.unmount(),
}
const root = place.hasChildNodes() ? hydrateRoot(place, <App />) : createRoot(place)
if (!place.hasChildNodes()) root.render(<App />)
