import { Hono } from 'hono'
import * as v from 'valibot'
import type { WorkspaceSummary } from '../../core/directory.js'
import { bearer, workspaceInPath } from './bearer.js'
import { actorOf, denied, logChange } from './denied.js'
import { limited, Name, readBody } from './json-body.js'
import type { HttpEnvironment, HttpPorts } from './ports.js'
import type { Spend } from './rate-limit.js'

const Named = v.object({ name: Name })

export const workspaceView = ({ workspaceId, createdAt, ...rest }: WorkspaceSummary) => ({
  id: workspaceId,
  ...rest,
  createdAt: new Date(createdAt).toISOString(),
})

/** Create, list mine, look at one, rename, delete. */
export const workspaceRoutes = (ports: HttpPorts, spend: Spend): Hono<HttpEnvironment> => {
  const { directory } = ports
  const known = bearer(ports)
  return new Hono<HttpEnvironment>()
    .post('/workspaces', spend, limited, known, async (context) => {
      const read = await readBody(context, Named)
      if (!read.ok) return read.refusal
      const created = await directory.createWorkspace(actorOf(context), read.body.name)
      if (created.outcome !== 'done') return denied(context, ports, created)
      const { workspace } = created
      logChange(context, ports, 'workspace-created', workspace.workspaceId)
      context.header('location', `/workspaces/${workspace.workspaceId}`)
      return context.json(workspaceView(workspace), 201)
    })
    .get('/workspaces', known, async (context) => {
      const read = await directory.workspacesOf(actorOf(context))
      if (read.outcome !== 'done') return denied(context, ports, read)
      return context.json({ workspaces: read.workspaces.map(workspaceView) })
    })
    .get('/workspaces/:id', known, workspaceInPath, async (context) => {
      const read = await directory.workspace(actorOf(context), context.get('workspaceId'))
      if (read.outcome !== 'done') return denied(context, ports, read)
      return context.json(workspaceView(read.workspace))
    })
    .patch('/workspaces/:id', spend, limited, known, workspaceInPath, async (context) => {
      const id = context.get('workspaceId')
      const read = await readBody(context, Named)
      if (!read.ok) return read.refusal
      const renamed = await directory.rename(actorOf(context), id, read.body.name)
      if (renamed.outcome !== 'done') return denied(context, ports, renamed)
      logChange(context, ports, 'workspace-renamed', id)
      return context.json(workspaceView(renamed.workspace))
    })
    .delete('/workspaces/:id', spend, known, workspaceInPath, async (context) => {
      const id = context.get('workspaceId')
      const deleted = await directory.deleteWorkspace(actorOf(context), id)
      if (deleted.outcome !== 'done') return denied(context, ports, deleted)
      logChange(context, ports, 'workspace-deleted', id)
      return context.body(null, 204)
    })
}
