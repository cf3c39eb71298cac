/** Takes over what a server has rendered. */
import { isContactId } from 'kith-shared'
import { hydrateRoot } from 'react-dom/client'
import { RenderedApp } from './rendered-app.js'

const asked = new URLSearchParams(location.search)
const contact = asked.get('contact')
const place = document.getElementById('root')
if (place === null || !isContactId(contact)) throw new Error('nothing to take over')

const url = asked.get('server') ?? ''
const token = asked.get('token') ?? ''
hydrateRoot(place, <RenderedApp url={url} token={token} contact={contact} />, {
  onRecoverableError: (error) => console.error('recovered from', error),
})
