/** What the directory would not do, as a problem; who asked too much is in the audit. */
import { type UserId, unreachable, type WorkspaceId } from 'kith-shared'
import type { Denied, Person } from '../../core/directory.js'
import { problem, unavailable } from '../problem.js'
import type { HttpContext, HttpPorts } from './ports.js'

export const actorOf = (context: HttpContext): Person => {
  const { userId, name, email } = context.get('claims')
  return { userId, name, email }
}

export const denied = (
  context: HttpContext,
  { audit }: Pick<HttpPorts, 'audit'>,
  { outcome: reason }: Denied,
): Response => {
  const { userId } = context.get('claims')
  const asked = { workspaceId: context.get('workspaceId'), userId, address: context.get('address') }
  switch (reason) {
    case 'not-a-member':
      audit.record({ event: 'login-refused', ...asked, reason })
      return problem(context, 403, 'Not a member of this workspace', { reason })
    case 'not-allowed':
      audit.record({ event: 'request-refused', ...asked, reason })
      return problem(context, 403, 'Only owners may do this', { reason })
    case 'absent':
      return problem(context, 404, 'Not found', { reason })
    case 'last-owner':
      return problem(context, 409, 'A workspace always has an owner', { reason })
    case 'limit':
      return problem(context, 409, 'There are too many already', { reason })
    case 'away':
      return unavailable(context, 'Storage is away')
    default:
      return unreachable(reason)
  }
}

/** The audit's row was written with the change itself; this is its line in the log. */
export const logChange = (
  context: HttpContext,
  { log }: Pick<HttpPorts, 'log'>,
  event: string,
  workspaceId: WorkspaceId,
  subjectId?: UserId | string,
): void => {
  const { userId } = context.get('claims')
  const address = context.get('address')
  log.info({ audit: { event, workspaceId, userId, subjectId, address } }, event)
}
