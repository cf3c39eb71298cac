import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.js'
import { createDatabase } from '../harness/database.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { waitFor } from '../harness/wait-for.js'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

describe('a test database', () => {
  it('is fresh, and is gone once dropped', async () => {
    const database = await createDatabase()
    const client = new pg.Client({ connectionString: database.url })
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query(
      "select count(*)::int as tables from pg_tables where schemaname = 'public'",
    )
    expect(rows).toEqual([{ tables: 0 }])
    await database.drop()
    const after = new pg.Client({ connectionString: database.url })
    await expect(after.connect()).rejects.toMatchObject({ code: '3D000' })
  })
})

describe('the browser', () => {
  it('is a real Chromium that runs a page', async () => {
    const browser = await launchChromium()
    cleanup.push(() => browser.close())
    const page = await browser.newPage()
    await page.setContent('<p id="greeting">hello</p>')
    expect(await page.textContent('#greeting')).toBe('hello')
    expect(browser.version()).toMatch(/^\d+\./)
  })

  it('has fonts for what people type into', async () => {
    const browser = await launchChromium()
    cleanup.push(() => browser.close())
    const page = await browser.newPage()
    await page.setContent('<input /><textarea></textarea><select><option>one</option></select>')
    await page.fill('input', 'Žofie')
    expect(await page.inputValue('input')).toBe('Žofie')
  })
})

/** Sends back what it gets. */
const startEcho = async (): Promise<{ host: string; port: number }> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup.push(() => server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return { host: '127.0.0.1', port: address.port }
}

const dial = (proxy: TcpProxy): { socket: Socket; received(): string; ended(): boolean } => {
  const socket = connect(proxy.port, '127.0.0.1')
  cleanup.push(() => socket.destroy())
  let text = ''
  let ended = false
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    ended = true
  })
  return { socket, received: () => text, ended: () => ended }
}

const throughProxy = async (seed?: bigint): Promise<TcpProxy> => {
  const target = await startEcho()
  const proxy = await startProxy(seed === undefined ? { target } : { target, seed })
  cleanup.push(() => proxy.close())
  return proxy
}

describe('the proxy', () => {
  it('breaks what is open and refuses what is new while it is cut', async () => {
    const proxy = await throughProxy()
    const first = dial(proxy)
    first.socket.write('before')
    await waitFor(() => first.received() === 'before')
    proxy.cut()
    await waitFor(() => first.ended())
    expect(proxy.connections).toBe(0)
    const refused = dial(proxy)
    await waitFor(() => refused.ended())
    proxy.restore()
    const second = dial(proxy)
    second.socket.write('after')
    await waitFor(() => second.received() === 'after')
  })

  it('holds bytes back while it is stalled, and delivers them all afterwards', async () => {
    const proxy = await throughProxy()
    const stalled = dial(proxy)
    stalled.socket.write('a')
    await waitFor(() => stalled.received() === 'a')
    proxy.stall()
    stalled.socket.write('b')
    const other = await throughProxy()
    const free = dial(other)
    free.socket.write('b')
    await waitFor(() => free.received() === 'b')
    expect(stalled.received()).toBe('a')
    expect(stalled.ended()).toBe(false)
    proxy.resume()
    await waitFor(() => stalled.received() === 'ab')
  })

  it('delays in both directions and keeps the order of torn pieces', async () => {
    const proxy = await throughProxy(7n)
    proxy.delay(30)
    const client = dial(proxy)
    const text = Array.from({ length: 2_000 }, (_, n) => `${n},`).join('')
    const sent = performance.now()
    for (let at = 0; at < text.length; at += 500) client.socket.write(text.slice(at, at + 500))
    await waitFor(() => client.received().length === text.length)
    expect(client.received()).toBe(text)
    expect(performance.now() - sent).toBeGreaterThanOrEqual(60)
  })

  it('passes a half-close on', async () => {
    const proxy = await throughProxy()
    const client = dial(proxy)
    client.socket.end('last words')
    await waitFor(() => client.ended())
    expect(client.received()).toBe('last words')
    await waitFor(() => proxy.connections === 0)
    await Promise.all([proxy.close(), proxy.close()])
  })

  it('carries more than it holds at once', async () => {
    const proxy = await throughProxy(3n)
    const client = dial(proxy)
    const bytes = 8 * 1024 * 1024
    client.socket.write(Buffer.alloc(bytes, 'x'))
    await waitFor(() => client.received().length === bytes)
  })
})
