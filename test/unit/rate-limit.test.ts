import { Hono } from 'hono'
import { beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../../server/edge/http/app.js'
import type { HttpEnvironment, HttpPorts } from '../../server/edge/http/ports.js'
import { rateLimit } from '../../server/edge/http/rate-limit.js'
import { operations } from '../harness/described-api.js'

let now: number
let app: Hono<HttpEnvironment>
beforeEach(() => {
  now = 1_000
  app = new Hono<HttpEnvironment>()
    .use((context, next) => {
      context.set('address', context.req.header('peer') ?? '')
      return next()
    })
    .post(
      '/',
      rateLimit(() => now),
      (context) => context.text('done'),
    )
})

const ask = async (peer: string): Promise<Response> =>
  app.request('/', { method: 'POST', headers: { peer } })
const statuses = async (peer: string, times: number): Promise<number[]> => {
  const found = []
  for (let time = 0; time < times; time++) found.push((await ask(peer)).status)
  return found
}

describe('the rate of creating and joining', () => {
  it('[H7] ends at 200 at once from one address, and says when to come again', async () => {
    const found = await statuses('192.0.2.1', 200)
    expect(new Set(found)).toEqual(new Set([200]))
    now += 1
    expect((await ask('192.0.2.1')).status).toBe(200)
    const refused = await ask('192.0.2.1')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toEqual({
      type: 'about:blank',
      title: 'Too many requests',
      status: 429,
    })
    expect((await ask('192.0.2.2')).status).toBe(200)
  })

  it('[H7] goes on at two a second', async () => {
    await statuses('192.0.2.1', 201)
    expect(await statuses('192.0.2.1', 2)).toEqual([429, 429])
    now += 10_000
    const found = await statuses('192.0.2.1', 40)
    expect(found.filter((status) => status === 200).length).toBe(20)
  })

  it('[P7] counts all of one IPv6 network as one, and forgets who was long away', async () => {
    await statuses('2001:db8::1', 201)
    expect((await ask('2001:db8::ffff')).status).toBe(429)
    expect((await ask('2001:db8:0:1::1')).status).toBe(200)
    for (let peer = 0; peer < 10_000; peer++) {
      await ask(`10.${peer >> 16}.${(peer >> 8) & 255}.${peer & 255}`)
    }
    expect((await ask('2001:db8::1')).status).toBe(200)
  })
})

const changes = operations.filter((one) => !/^GET|\/dev\//.test(one)).map((one) => one.split(' '))

describe('every change of the directory', () => {
  it('[H7] is there', () => expect(changes).toHaveLength(8))

  it.each(changes)('[H7] costs its address: %s %s', async (method = '', path = '') => {
    // Who has no token gets no further than the ports given here.
    const served = createApp({
      pages: 'nowhere',
      signIn: { kind: 'development' },
      addressOf: () => '192.0.2.1',
      tokens: { verify: async () => ({ outcome: 'invalid' }) },
      audit: { record: () => undefined },
    } as unknown as HttpPorts)
    const status = async () => (await served.request(path, { method }, { incoming: {} })).status
    for (let time = 0; time < 200; time++) expect(await status()).toBe(401)
    // One more goes on credit, and a few by the time that passes meanwhile.
    const more = []
    for (let time = 0; time < 20; time++) more.push(await status())
    expect(more).toContain(429)
  })
})
