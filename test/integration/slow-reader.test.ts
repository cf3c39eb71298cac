import { readFile } from 'node:fs/promises'
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

/** Bytes of the server's process in memory (`VmRSS`, proc(5)). */
const memory = async (): Promise<number> => {
  const status = await readFile(`/proc/${server.process.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

/**
 * Writes so many MB, and gives what an acknowledgement took, the most memory that was taken, and the
 * least at the end: what is garbage comes and goes, what is held stays.
 */
const writeMany = async (writer: Writer, megabytes: number) => {
  const took: number[] = []
  const taken: number[] = []
  for (let round = 0; round * VALUES * VALUE.length < megabytes * MB; round++) {
    const began = performance.now()
    rewrite(writer, round)
    await writer.untilSettled()
    took.push(performance.now() - began)
    taken.push(await memory())
  }
  took.sort((one, other) => one - other)
  const median = took[Math.floor(took.length / 2)] ?? Number.NaN
  return { median, most: Math.max(...taken), least: Math.min(...taken.slice(-15)) }
}

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
  const before = await writeMany(ana, 30)
  await cy.untilSeq(ana.seq)

  proxy.stall()
  const held = cy.seq
  const meanwhile = await writeMany(ana, 60)
  await bo.untilSeq(ana.seq)
  expect(cy.seq).toBeLessThan(ana.seq)
  // The system's own buffers, and the test's network, take some 10 MB of it.
  expect(meanwhile.least - before.most).toBeLessThan(15 * MB)
  expect(meanwhile.median).toBeLessThan(Math.max(3 * before.median, 50))

  proxy.resume()
  // It takes rows alone that follow those that it has, each once.
  await cy.untilSeq(ana.seq)
  expect(cy.client.isOpen).toBe(true)
  expect(cy.seq).toBeGreaterThan(held)
  expect(cy.doc.getMap('fields').toJSON()).toEqual(ana.doc.getMap('fields').toJSON())
  for (const writer of [ana, bo, cy]) writer.client.cut()
})
