/**
 * `POST /dev/token`: in development mode anybody on this machine may be anybody. With a workspace it
 * also makes that and the membership, so that a first visit needs no set-up.
 */
import { Hono } from 'hono'
import { isUserId, isWorkspaceId, type Role, type UserId, type WorkspaceId } from 'kith-shared'
import * as v from 'valibot'
import { limited, Name, readBody } from './http/json-body.js'
import { RoleWord } from './http/members.js'
import type { HttpEnvironment } from './http/ports.js'
import { unavailable } from './problem.js'

const Request = v.object({
  userId: v.custom<UserId>(isUserId, '1 to 255 printable characters'),
  name: Name,
  workspaceId: v.optional(v.custom<WorkspaceId>(isWorkspaceId, '[A-Za-z0-9_-]{1,64}')),
  role: v.optional(RoleWord),
})

export interface DevelopmentTokenRequest {
  userId: UserId
  name: string
  /** Absent: only a token, and whatever memberships are there stay as they are. */
  membership: { workspaceId: WorkspaceId; role: Role | undefined } | undefined
}

export interface DevelopmentTokenPorts {
  /** Makes workspace and membership if one is asked for, and signs; `away` where storage is. */
  issue(request: DevelopmentTokenRequest): Promise<{ token: string } | 'away'>
}

/** Pages of foreign origins are turned away before (`http/origins.ts`). */
export const developmentTokens = (ports: DevelopmentTokenPorts): Hono<HttpEnvironment> =>
  new Hono<HttpEnvironment>().post('/dev/token', limited, async (context) => {
    const read = await readBody(context, Request)
    if (!read.ok) return read.refusal
    const { userId, name, workspaceId, role } = read.body
    const membership = workspaceId && { workspaceId, role }
    const issued = await ports.issue({ userId, name, membership })
    if (issued === 'away') return unavailable(context, 'Storage is away')
    return context.json(issued)
  })
