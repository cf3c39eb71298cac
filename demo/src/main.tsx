import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { NewVersion } from './new-version.js'
import { signedInPart } from './parts/parts.js'
import { openingSession } from './session/session.js'
import { registerShell } from './shell.js'
import 'kith-client/react/styles.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/layout.css'
import './styles/sign-in.css'
import './styles/lobby.css'
import './styles/list.css'
import './styles/fields.css'
import './styles/conflict.css'
import './styles/contact.css'
import './styles/entries.css'
import './styles/notes.css'
import './styles/filters.css'
import './styles/palette.css'
import './styles/duplicates.css'
import './styles/people.css'
import './styles/overlays.css'
import './styles/dialogs.css'
import './styles/members.css'
import './styles/in-and-out.css'
import './styles/touch.css'
import './styles/digest.css'
import './styles/first-minute.css'
import './styles/people-menu.css'

const session = openingSession()
// Before React begins: it is there with the first render, then.
if (session) signedInPart.load()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App opening={session} />
      <NewVersion />
    </StrictMode>,
  )
}
registerShell()
