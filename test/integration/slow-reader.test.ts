import { afterAll, beforeAll, expect, it } from 'vitest'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { Writer } from '../harness/writer.js'

let server: TestServer
let proxy: TcpProxy

beforeAll(async () => {
  server = await startTestServer({ env: { MAX_BYTES_PER_SECOND: '999999999' } })
  proxy = await startProxy({ target: { host: '127.0.0.1', port: server.process.port } })
})

afterAll(async () => {
  await proxy.close()
  await server.close()
})

const MB = 1024 * 1024
/** A value is at most 16 KB. */
const VALUES = 30
const VALUE = 'x'.repeat(15 * 1024)

/** Some 450 KB in one update. */
const rewrite = (writer: Writer, round: number): void =>
  writer.edit(`round ${round}`, (doc) => {
    for (let n = 0; n < VALUES; n++) doc.getMap('fields').set(`c${n}/title`, `${round} ${VALUE}`)
  })

/** Bytes that the server has handed to sockets so far. */
const handedOver = async (): Promise<number> => {
  const metrics = await (await fetch(`${server.process.url}/metrics`)).text()
  return Number(/^kith_frame_bytes_total\{direction="out"\} (\d+)/m.exec(metrics)?.[1])
}

/** Writes so many MB, and gives how long the middle one of the acknowledgements took, in ms. */
const writeMany = async (writer: Writer, megabytes: number): Promise<number> => {
  const took: number[] = []
  for (let round = 0; round * VALUES * VALUE.length < megabytes * MB; round++) {
    const began = performance.now()
    rewrite(writer, round)
    await writer.untilSettled()
    took.push(performance.now() - began)
  }
  took.sort((one, other) => one - other)
  return took[Math.floor(took.length / 2)] ?? Number.NaN
}

/** What the system's buffers take, the test's network, and what may wait in a socket. */
const UNDER_WAY = 24 * MB
/** Far below what waiting for the stalled one would take, in milliseconds. */
const PROMPT = 1_000

it('[P7] who does not read holds up nobody, takes a bounded amount of memory, and goes on from its cursor', async () => {
  const url = server.workspaceUrl('team')
  const direct = new URL(url)
  const behind = new URL(url)
  behind.port = String(proxy.port)
  const ana = new Writer(await server.token({ userId: 'ana' }))
  const bo = new Writer(await server.token({ userId: 'bo' }))
  const cy = new Writer(await server.token({ userId: 'cy' }))
  await ana.connect(direct.href)
  await bo.connect(direct.href)
  await cy.connect(behind.href)
  await writeMany(ana, 2)
  await cy.untilSeq(ana.seq)

  proxy.stall()
  const held = cy.seq
  const before = await handedOver()
  expect(await writeMany(ana, 40)).toBeLessThan(PROMPT)
  await bo.untilSeq(ana.seq)
  expect(cy.seq).toBeLessThan(ana.seq)
  const toAnaAndBo = 2 * 40 * MB
  expect((await handedOver()) - before - toAnaAndBo).toBeLessThan(UNDER_WAY)

  proxy.resume()
  // It takes rows alone that follow those that it has, each once.
  await cy.untilSeq(ana.seq)
  expect(cy.client.isOpen).toBe(true)
  expect(cy.seq).toBeGreaterThan(held)
  expect(cy.doc.getMap('fields').toJSON()).toEqual(ana.doc.getMap('fields').toJSON())
  for (const writer of [ana, bo, cy]) writer.client.cut()
})
