import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { WebSocket } from 'playwright-core'
import { createServer } from 'vite'
import { expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.js'
import { freePort } from '../harness/server-process.js'
import { startTestServer } from '../harness/test-server.js'
import { soon } from './app.js'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

const MAIN = `
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
createRoot(document.getElementById('root')).render(<App />)
`

/** A component whose own hook opens the workspace: hot reload ends and repeats its effects. */
const appSaying = (word: string): string => `
import { useWorkspaceSync } from 'kith-client/react'
const asked = new URLSearchParams(location.search)
export const App = () => {
  const sync = useWorkspaceSync({
    workspaceId: 'hot', userId: 'ana', token: asked.get('token'), wsUrl: asked.get('server'),
  })
  return <p>${word} {sync.isConnected ? 'connected' : 'not connected'}</p>
}
`

it('[V10] hot reload keeps the one socket and its workspace', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kith-hot-'))
  await symlink(modules, join(folder, 'node_modules'))
  await writeFile(
    join(folder, 'index.html'),
    '<div id="root"></div><script type="module" src="/main.tsx"></script>',
  )
  await writeFile(join(folder, 'main.tsx'), MAIN)
  await writeFile(join(folder, 'app.tsx'), appSaying('before'))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const vite = await createServer({
    root: folder,
    configFile: false,
    cacheDir: join(folder, '.vite'),
    logLevel: 'silent',
    plugins: [react()],
    resolve: { conditions: ['kith-source', 'module', 'browser', 'default'] },
    server: { host: '127.0.0.1', port, strictPort: true, fs: { strict: false } },
  })
  const server = await startTestServer({ env: { ALLOWED_ORIGINS: origin } })
  const browser = await launchChromium()
  try {
    await vite.listen()
    const page = await browser.newPage()
    const opened: WebSocket[] = []
    page.on('websocket', (socket) => {
      if (socket.url().includes('/ws/workspace/')) opened.push(socket)
    })
    const token = await server.token({ userId: 'ana', workspaceId: 'hot' })
    await page.goto(`${origin}/?${new URLSearchParams({ server: server.process.url, token })}`)
    await page.getByText('before connected').waitFor({ timeout: 40_000 })
    const before = opened.filter((socket) => !socket.isClosed())
    expect(before).toHaveLength(1)
    for (const word of ['after', 'again']) {
      await writeFile(join(folder, 'app.tsx'), appSaying(word))
      await page.getByText(word).waitFor({ timeout: 40_000 })
      expect(await page.locator('p').textContent()).toBe(`${word} connected`)
    }
    await soon(() => opened.filter((socket) => !socket.isClosed())).toEqual(before)
    expect(opened.at(-1)).toBe(before[0])
  } finally {
    await browser.close()
    await vite.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
})
