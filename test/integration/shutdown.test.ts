import { CLOSE_REASONS } from 'kith-shared'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { Writer } from '../harness/writer.js'

/** Milliseconds that a shutdown may take, whatever the database does. */
const BOUND = 30_000
const { code, text } = CLOSE_REASONS.restarting
const RESTARTING = { code, text }

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

interface Scene {
  server: TestServer
  /** Between the server and its database. */
  database: TcpProxy
  join(userId: string): Promise<Writer>
}

const setScene = async (): Promise<Scene> => {
  const { hostname, port } = new URL(inject('postgresUrl'))
  const proxy = await startProxy({ target: { host: hostname, port: Number(port) } })
  const through = (url: string): string => url.replace(`${hostname}:${port}`, proxy.host)
  const server = await startTestServer({ through })
  cleanup.push(
    () => proxy.close(),
    () => {
      proxy.resume()
      proxy.restore()
      return server.close()
    },
  )
  const join = async (userId: string): Promise<Writer> => {
    const writer = new Writer(await server.token({ userId }))
    await writer.connect(server.workspaceUrl('team'))
    cleanup.push(() => {
      writer.client.cut()
      writer.doc.destroy()
    })
    return writer
  }
  return { server, database: proxy, join }
}

const write = (writer: Writer, name: string): void =>
  writer.edit(name, (doc) => {
    doc.getMap('fields').set(`ana/${name}`, name)
  })

const fieldsOf = ({ doc }: Writer): unknown[] => [...doc.getMap('fields').values()].sort()

/** Frames that the server has read so far. */
const framesReadBy = async (server: TestServer): Promise<number> => {
  const metrics = await (await fetch(`${server.process.url}/metrics`)).text()
  return Number(/^kith_frames_total\{direction="in"\} (\d+)/m.exec(metrics)?.[1] ?? 0)
}

const untilRead = async (server: TestServer, frames: number, act: () => void): Promise<void> => {
  const before = await framesReadBy(server)
  act()
  await waitFor(async () => (await framesReadBy(server)) >= before + frames)
}

const endOf = async (server: TestServer) => {
  const began = performance.now()
  const exitCode = await server.process.kill('SIGTERM')
  return { exitCode, took: performance.now() - began }
}

describe('a server that is asked to end', () => {
  it('[P1] commits and acknowledges what it has accepted, and asks everybody to come back', async () => {
    const { server, database, join } = await setScene()
    const [ana, bo] = [await join('ana'), await join('bo')]
    database.delay(100)
    const names = Array.from({ length: 20 }, (_, n) => `edit-${n}`)
    await untilRead(server, names.length, () => {
      for (const name of names) write(ana, name)
    })
    expect(ana.unacked.length).toBeGreaterThan(0)
    const { exitCode, took } = await endOf(server)
    expect(exitCode).toBe(0)
    expect(took).toBeLessThan(5_000)
    expect(await ana.client.closed).toEqual(RESTARTING)
    expect(await bo.client.closed).toEqual(RESTARTING)
    expect(ana.acked.map(({ name }) => name)).toEqual(names)
    expect(fieldsOf(bo)).toEqual([...names].sort())
    database.delay(0)
    await server.restart()
    const reader = await join('cy')
    expect(fieldsOf(reader)).toEqual([...names].sort())
  })

  it('ends within bounds while its database is away or silent, and acknowledges nothing', async () => {
    const endWithout = async (moment: 'cut' | 'stall') => {
      const { server, database, join } = await setScene()
      const ana = await join('ana')
      await untilRead(server, 1, () => {
        database[moment]()
        write(ana, 'kept')
      })
      const { exitCode, took } = await endOf(server)
      expect(exitCode).toBe(0)
      expect(took).toBeLessThan(BOUND)
      expect(await ana.client.closed).toEqual(RESTARTING)
      expect(ana.unacked.map(({ name }) => name)).toEqual(['kept'])
      database.resume()
      database.restore()
      await server.restart()
      await ana.connect(server.workspaceUrl('team'))
      await ana.untilSettled()
      const reader = await join('bo')
      expect(fieldsOf(reader)).toEqual(['kept'])
    }
    await Promise.all([endWithout('cut'), endWithout('stall')])
  })

  it('ends at once when it is asked twice', async () => {
    const { server, database, join } = await setScene()
    const ana = await join('ana')
    await untilRead(server, 1, () => {
      database.stall()
      write(ana, 'kept')
    })
    void server.process.kill('SIGTERM')
    await waitFor(async () => {
      const refused = fetch(`${server.process.url}/ws/ready`).then(
        () => false,
        () => true,
      )
      return refused
    })
    expect(await server.process.kill('SIGTERM')).toBe(1)
  })
})
