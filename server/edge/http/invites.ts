import { createHash, randomBytes } from 'node:crypto'
import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import type { Invite } from '../../core/directory.js'
import { problem } from '../problem.js'
import { bearer, workspaceInPath } from './bearer.js'
import { actorOf, denied, logChange } from './denied.js'
import { limited, readBody } from './json-body.js'
import { RoleWord } from './members.js'
import type { HttpEnvironment, HttpPorts } from './ports.js'
import type { Spend } from './rate-limit.js'
import { workspaceView } from './workspaces.js'

const HOUR = 3_600_000
/** Nobody guesses it, at whatever rate. */
const CODE_BYTES = 32
const CODE = /^[A-Za-z0-9_-]{43}$/
const INVITE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const Wanted = v.object({
  role: v.optional(RoleWord, 'editor'),
  expiresInHours: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)), 168),
})

const inviteView = ({ createdAt, expiresAt, ...rest }: Invite) => ({
  ...rest,
  createdAt: new Date(createdAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
})

const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex')

/** Invite by a link that expires, list the open ones, revoke one, follow one. */
export const inviteRoutes = (ports: HttpPorts, spend: Spend): Hono<HttpEnvironment> => {
  const { directory } = ports
  const known = bearer(ports)
  return new Hono<HttpEnvironment>()
    .post('/workspaces/:id/invites', spend, limited, known, workspaceInPath, async (context) => {
      const id = context.get('workspaceId')
      const read = await readBody(context, Wanted)
      if (!read.ok) return read.refusal
      const { role, expiresInHours } = read.body
      const code = randomBytes(CODE_BYTES).toString('base64url')
      const invite = { codeHash: hashOf(code), role, expiresAt: Date.now() + expiresInHours * HOUR }
      const made = await directory.createInvite(actorOf(context), id, invite)
      if (made.outcome !== 'done') return denied(context, ports, made)
      logChange(context, ports, 'invite-created', id, made.invite.inviteId)
      return context.json({ ...inviteView(made.invite), code, url: linkOf(context, code) }, 201)
    })
    .get('/workspaces/:id/invites', known, workspaceInPath, async (context) => {
      const read = await directory.invites(actorOf(context), context.get('workspaceId'))
      if (read.outcome !== 'done') return denied(context, ports, read)
      return context.json({ invites: read.invites.map(inviteView) })
    })
    .delete('/workspaces/:id/invites/:inviteId', spend, known, workspaceInPath, async (context) => {
      const id = context.get('workspaceId')
      const inviteId = context.req.param('inviteId')
      if (!INVITE_ID.test(inviteId)) return problem(context, 400, 'Malformed invite id')
      const revoked = await directory.revokeInvite(actorOf(context), id, inviteId)
      if (revoked.outcome !== 'done') return denied(context, ports, revoked)
      logChange(context, ports, 'invite-revoked', id, inviteId)
      return context.body(null, 204)
    })
    .post('/invites/:code', spend, known, async (context) => {
      const code = context.req.param('code')
      const accepted = CODE.test(code)
        ? await directory.acceptInvite(actorOf(context), hashOf(code))
        : ({ outcome: 'absent' } as const)
      if (accepted.outcome !== 'done') return denied(context, ports, accepted)
      logChange(context, ports, 'invite-accepted', accepted.workspace.workspaceId)
      return context.json(workspaceView(accepted.workspace))
    })
}

/**
 * Where the asking page stands (its origin was checked), else where the request went. The code is
 * in the fragment, which no browser sends: following the link leaves it in no server's log.
 */
const linkOf = (context: Context, code: string): string =>
  `${context.req.header('origin') ?? new URL(context.req.url).origin}/#/invite/${code}`
