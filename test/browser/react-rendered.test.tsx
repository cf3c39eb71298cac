import { isContactId } from 'kith-shared'
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { soon } from './app.js'
import { startPageWorld } from './page-world.js'
import { RenderedApp } from './pages/rendered-app.js'

it('[V10] a server renders without a socket, and the browser takes over without a warning', async () => {
  const opened = vi.fn()
  vi.stubGlobal('WebSocket', opened)
  const complained = vi.spyOn(console, 'error')
  const contact = 'contact-0'
  if (!isContactId(contact)) throw new Error('no contact id')
  const html = renderToString(<RenderedApp url="" token="" contact={contact} />)
  vi.unstubAllGlobals()
  expect(opened).not.toHaveBeenCalled()
  expect(complained).not.toHaveBeenCalled()
  expect(html).toContain('0 contacts')
  expect(html).toContain('data-user="ana"')

  const world = await startPageWorld('rendered.tsx', { react: 'development', html })
  try {
    const workspace = 'rendered'
    const { page, sockets } = await world.visit({ as: 'Ana', workspace, query: { contact } })
    await page.locator('[data-testid="sync"][data-state="live"]').waitFor()
    await soon(() => page.locator('[data-part="person"]').getAttribute('data-status')).toBe(
      'online',
    )
    expect(sockets).toHaveLength(1)
    // What it complains of would be gathered: React says so in development, if the two differ.
    expect(await world.endScene()).toEqual([])
  } finally {
    await world.close()
  }
})
