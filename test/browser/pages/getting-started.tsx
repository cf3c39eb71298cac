import type { ContactId } from 'kith-client'
import { useContactActions, useContactIds, useField, WorkspaceProvider } from 'kith-client/react'
import { createRoot } from 'react-dom/client'

const page = new URLSearchParams(location.search)
const url = page.get('server') ?? 'http://127.0.0.1:8787'
const me = { userId: page.get('as') ?? 'ana', workspaceId: 'team' }
const getToken = async () => {
  const body = JSON.stringify({ ...me, name: me.userId })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/dev/token`, { method: 'POST', headers, body })
  return (await answer.json()).token
}

const Name = ({ id }: { id: ContactId }) => <input {...useField(id, 'name').props} />
const Contacts = () => useContactIds({ sort: 'created' }).map((id) => <Name key={id} id={id} />)
const Add = () => {
  const { createContact } = useContactActions()
  const add = () => createContact({ name: 'New contact' })
  return <input type="button" value="Add" onClick={add} />
}

createRoot(document.body.appendChild(document.createElement('main'))).render(
  <WorkspaceProvider url={url} {...me} getToken={getToken}>
    <Contacts />
    <Add />
  </WorkspaceProvider>,
)
