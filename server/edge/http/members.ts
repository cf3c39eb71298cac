import { Hono } from 'hono'
import { isRole, isUserId, ROLES, type Role } from 'kith-shared'
import * as v from 'valibot'
import type { Member } from '../../core/directory.js'
import { problem } from '../problem.js'
import { bearer, workspaceInPath } from './bearer.js'
import { actorOf, denied, logChange } from './denied.js'
import { limited, readBody } from './json-body.js'
import type { HttpEnvironment, HttpPorts } from './ports.js'
import type { Spend } from './rate-limit.js'

export const RoleWord = v.custom<Role>(isRole, ROLES.join(', '))

const memberView = ({ userId, name, email, role, joinedAt }: Member) => ({
  userId,
  name,
  email,
  role,
  joinedAt: new Date(joinedAt).toISOString(),
})

/** List, change a role, remove; removing oneself is leaving. */
export const memberRoutes = (ports: HttpPorts, spend: Spend): Hono<HttpEnvironment> => {
  const { directory } = ports
  const known = bearer(ports)
  return new Hono<HttpEnvironment>()
    .get('/workspaces/:id/members', known, workspaceInPath, async (context) => {
      const read = await directory.members(actorOf(context), context.get('workspaceId'))
      if (read.outcome !== 'done') return denied(context, ports, read)
      return context.json({ members: read.members.map(memberView) })
    })
    .put(
      '/workspaces/:id/members/:userId',
      spend,
      limited,
      known,
      workspaceInPath,
      async (context) => {
        const id = context.get('workspaceId')
        const userId = context.req.param('userId')
        if (!isUserId(userId)) return problem(context, 400, 'Malformed user id')
        const read = await readBody(context, v.object({ role: RoleWord }))
        if (!read.ok) return read.refusal
        const set = await directory.setRole(actorOf(context), id, userId, read.body.role)
        if (set.outcome !== 'done') return denied(context, ports, set)
        logChange(context, ports, 'role-set', id, userId)
        return context.json(memberView(set.member))
      },
    )
    .delete('/workspaces/:id/members/:userId', spend, known, workspaceInPath, async (context) => {
      const id = context.get('workspaceId')
      const userId = context.req.param('userId')
      if (!isUserId(userId)) return problem(context, 400, 'Malformed user id')
      const removed = await directory.removeMember(actorOf(context), id, userId)
      if (removed.outcome !== 'done') return denied(context, ports, removed)
      logChange(context, ports, 'member-removed', id, userId)
      return context.body(null, 204)
    })
}
