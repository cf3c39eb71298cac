/** A server with workspaces, and people who stand in each relation to them. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { UserId } from 'kith-shared'
import { signDevelopmentToken } from '../../server/edge/token-verifier.js'
import { type Ask, askAt } from './described-api.js'
import {
  developmentSecret,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from './test-server.js'

/** Who stands in which relation to the workspace that a question is about. */
export const COLUMNS = [
  'stranger',
  'viewer',
  'editor',
  'owner',
  'other owner',
  'none',
  'expired',
] as const
export type Column = (typeof COLUMNS)[number]

export interface Scene {
  readonly id: string
  readonly inviteId: string
  readonly code: string
  readonly tokens: Record<Column, string | undefined>
  userOf(column: Column): string
}

export interface Stage {
  readonly server: TestServer
  readonly ask: Ask
  /** What `POST /dev/token` gives; `age` in milliseconds. */
  tokenOf(userId: string, age?: number): Promise<string>
  /**
   * A workspace with one of each, a colleague who edits, and an invitation; the other owner owns
   * another one. Written past HTTP and its rate limits.
   */
  prepare(): Promise<Scene>
  close(): Promise<void>
}

const DAY = 24 * 60 * 60 * 1000

export const openStage = async (options: TestServerOptions = {}): Promise<Stage> => {
  const server = await startTestServer(options)
  const secret = await developmentSecret(server)
  const tokenOf = (userId: string, age = 0): Promise<string> =>
    signDevelopmentToken(
      secret,
      { userId: userId as UserId, name: `${userId}'s name`, email: `${userId}@example.org` },
      Date.now() - age,
    )
  return {
    server,
    ask: askAt(() => server.process.url),
    tokenOf,
    prepare: () => prepare(server, tokenOf),
    close: () => server.close(),
  }
}

const prepare = async (server: TestServer, tokenOf: Stage['tokenOf']): Promise<Scene> => {
  const id = randomUUID()
  const inviteId = randomUUID()
  const code = randomBytes(32).toString('base64url')
  const userOf = (column: Column) => `${column.replace(' ', '-')}-${id.slice(0, 8)}`
  await server.query(
    `with w as (insert into workspaces (id, name, schema)
        values ($1, 'Team', 1), ($2, 'Other', 1)),
      i as (insert into invites (id, workspace_id, code_hash, role, created_by, expires_at)
        values ($3, $1, $4, 'editor', $5, now() + interval '1 hour'))
      insert into workspace_members (workspace_id, user_id, role, name) values
        ($1, $5, 'owner', 'Owner'), ($1, $6, 'editor', 'Editor'), ($1, $7, 'viewer', 'Viewer'),
        ($1, 'colleague', 'editor', 'Colleague'), ($2, $8, 'owner', 'Other')`,
    [
      ...[id, `${id}-other`, inviteId, createHash('sha256').update(code).digest('hex')],
      ...(['owner', 'editor', 'viewer', 'other owner'] as const).map(userOf),
    ],
  )
  const tokens = {} as Scene['tokens'] // filled just below, for each column
  for (const column of COLUMNS) {
    tokens[column] = await tokenOf(userOf(column), column === 'expired' ? 2 * DAY : 0)
  }
  tokens.none = undefined
  return { id, inviteId, code, tokens, userOf }
}
