/**
 * One contact's fields as plain inputs, with what Kith tells of them: conflicts and undo. With
 * `?editor=stock` the text alone, in CodeMirror on the stock provider; with `?editor=own` in
 * CodeMirror on Kith's own client. The test reads `window.editing`.
 */
import type { Workspace } from 'kith-client'
import {
  useAbout,
  useContact,
  useField,
  useUndo,
  useWorkspace,
  WorkspaceProvider,
} from 'kith-client/react'
import { type ContactId, isContactId } from 'kith-shared'
import { useEffect, useRef } from 'react'
import { createRoot } from 'react-dom/client'
import { openEditor } from './codemirror.js'
import { bindEditor } from './own-codemirror.js'

const asked = new URLSearchParams(location.search)
const parameter = (name: string): string => asked.get(name) ?? ''

declare global {
  interface Window {
    editing: { workspace: Workspace | undefined }
  }
}
window.editing = { workspace: undefined }

const Company = ({ id }: { id: ContactId }) => {
  const { props, conflict, editors } = useField(id, 'company')
  return (
    <p>
      <label>
        Company <input {...props} />
      </label>
      <output data-testid="editors">{editors.map(({ user }) => user.name).join()}</output>
      {conflict !== undefined && (
        <span data-testid="conflict">
          {conflict.isMine ? 'You' : conflict.by?.name} wrote {conflict.value}
          <button type="button" onClick={conflict.take}>
            Take
          </button>
        </span>
      )}
    </p>
  )
}

const About = ({ id }: { id: ContactId }) => {
  const { props } = useAbout(id)
  return (
    <label>
      About <textarea {...props} rows={6} />
    </label>
  )
}

const OwnEditor = ({ id }: { id: ContactId }) => {
  const workspace = useWorkspace()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (workspace === undefined || place.current === null) return
    return bindEditor(place.current, workspace, id)
  }, [workspace, id])
  return <div ref={place} />
}

const Contact = ({ id }: { id: ContactId }) => {
  const deletedAt = useContact(id, (contact) => contact.deletedAt)
  const { canUndo, nextUndo, undo } = useUndo({ keys: true })
  const workspace = useWorkspace()
  useEffect(() => {
    window.editing.workspace = workspace
  }, [workspace])
  return (
    <main data-deleted={deletedAt !== null && deletedAt !== undefined}>
      <Company id={id} />
      {asked.get('editor') === 'own' ? <OwnEditor id={id} /> : <About id={id} />}
      <button type="button" onClick={() => workspace?.actions.deleteContact(id)}>
        Delete
      </button>
      <button type="button" disabled={!canUndo} onClick={() => undo()}>
        Undo
      </button>
      <output data-testid="next">{nextUndo?.type}</output>
    </main>
  )
}

const url = parameter('server')
const workspaceId = parameter('workspace')
const contactId = parameter('contact')
const token = parameter('token')
const place = document.getElementById('root')
if (place === null || !isContactId(contactId)) throw new Error('no place or no contact')
if (asked.get('editor') === 'stock') openEditor(place, { url, workspaceId, contactId, token })
else {
  createRoot(place).render(
    <WorkspaceProvider
      url={url}
      workspaceId={workspaceId}
      userId={parameter('as')}
      getToken={() => token}
    >
      <Contact id={contactId} />
    </WorkspaceProvider>,
  )
}
