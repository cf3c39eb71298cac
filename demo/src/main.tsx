import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { NewVersion } from './new-version.js'
import { readTheme, showTheme } from './palette/theme.js'
import { registerShell } from './shell.js'
import 'kith-client/react/styles.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/layout.css'
import './styles/sign-in.css'
import './styles/lobby.css'
import './styles/list.css'
import './styles/fields.css'
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

showTheme(readTheme())
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
      <NewVersion />
    </StrictMode>,
  )
}
registerShell()
