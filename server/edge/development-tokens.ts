/**
 * `POST /dev/token`: in development mode anybody on this machine may be anybody. Also makes the
 * workspace and the membership, so that a first visit needs no set-up.
 */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import {
  isRole,
  isUserId,
  isWorkspaceId,
  ROLES,
  type Role,
  type UserId,
  type WorkspaceId,
} from 'kith-shared'
import * as v from 'valibot'
import { problem } from './problem.js'

const MAX_BODY_BYTES = 4096

const Request = v.object({
  userId: v.custom<UserId>(isUserId, 'userId: 1 to 255 printable characters'),
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  workspaceId: v.custom<WorkspaceId>(isWorkspaceId, 'workspaceId: [A-Za-z0-9_-]{1,64}'),
  role: v.optional(v.custom<Role>(isRole, `role: one of ${ROLES.join(', ')}`), 'editor'),
})
export type DevelopmentTokenRequest = v.InferOutput<typeof Request>

export interface DevelopmentTokenPorts {
  /** Makes workspace and membership, and signs; `away` where storage is. */
  issue(request: DevelopmentTokenRequest): Promise<{ token: string } | 'away'>
  isAllowedOrigin(origin: string): boolean
}

export const developmentTokens = (ports: DevelopmentTokenPorts): Hono =>
  new Hono().post('/dev/token', limited, async (context) => {
    const origin = context.req.header('origin')
    if (origin !== undefined && !ports.isAllowedOrigin(origin)) {
      return problem(context, 403, 'Foreign origin')
    }
    // Only JSON: a form of a foreign page could otherwise post here without being asked first.
    if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
      return problem(context, 415, 'Send application/json')
    }
    const body = await readBody(context)
    const parsed = v.safeParse(Request, body)
    if (!parsed.success) return problem(context, 400, 'Bad request', detailOf(parsed.issues))
    const issued = await ports.issue(parsed.output)
    if (issued === 'away') return problem(context, 503, 'Storage is away')
    return context.json(issued)
  })

/** Stops reading there, whatever the request's length claims. */
const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (context) => problem(context, 413, 'Too large'),
})

const readBody = async (context: Context): Promise<unknown> => {
  try {
    return await context.req.json()
  } catch {
    return undefined
  }
}

const detailOf = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((issue) => `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`).join('; ')
