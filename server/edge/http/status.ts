/** For whoever runs the server: health, readiness, figures, and the description of all of this. */
import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import { problem } from '../problem.js'
import type { HttpEnvironment, HttpPorts } from './ports.js'

export const statusRoutes = (ports: HttpPorts): Hono<HttpEnvironment> =>
  new Hono<HttpEnvironment>()
    .get('/ws/health', (context) => context.json(health(ports)))
    .get('/ws/ready', async (context) => {
      const reason = await ports.notReady()
      return reason === ''
        ? context.json({ ready: true })
        : // Whoever asks again over a kept connection would hold up the end of the server.
          context.json({ ready: false, reason }, 503, { connection: 'close' })
    })
    .get('/metrics', async (context) => {
      const isForwarded = FORWARDED.some((name) => context.req.header(name) !== undefined)
      if (isForwarded || !LOOPBACK.test(context.get('address'))) {
        return problem(context, 403, 'Metrics are served to this machine only')
      }
      const type = ports.metrics.contentType
      return context.body(await ports.metrics.text(), 200, { 'content-type': type })
    })
    .get('/openapi.json', async (context) =>
      context.body(await readFile(ports.openApi, 'utf8'), 200, {
        'content-type': 'application/json',
      }),
    )

const health = ({ rooms, connections }: HttpPorts) => ({
  status: 'ok',
  service: 'kith',
  total_workspaces: rooms.count,
  total_connections: connections(),
  timestamp: new Date().toISOString(),
})

/** Behind a proxy on this machine everybody comes from loopback, be it trusted or not. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip']
const LOOPBACK = /^(::ffff:)?127\.|^::1$/
