/** Workspaces and members over HTTP. Nothing here throws: what can't be done is a `Failure`. */
import type { NoteId, Role } from 'kith-shared'
import { NoToken } from '../session/dev-token.js'
import {
  type Invite,
  InvitesAnswer,
  type Member,
  MemberAnswer,
  MembersAnswer,
  type NewInvite,
  NewInviteAnswer,
  type NoteAuthor,
  NoteAuthorsAnswer,
  type Reader,
  readAnswer,
  WorkspaceAnswer,
  type WorkspaceEntry,
  WorkspacesAnswer,
} from './directory-answers.js'
import { type Failure, failureOf } from './failure.js'

export type Answer<Value> =
  | { outcome: 'done'; value: Value }
  | { outcome: 'failed'; failure: Failure }

/** Milliseconds; a server that takes longer counts as away. */
const PATIENCE = 10_000
/** A workspace's whole journal goes with it. */
const DELETION_PATIENCE = 120_000

/** Where requests get their token from; see `TokenSource.bearer`. */
export type Bearer = (signal: AbortSignal, refused?: string) => Promise<string>

export interface DirectoryClient {
  mine(signal?: AbortSignal): Promise<Answer<WorkspaceEntry[]>>
  create(name: string): Promise<Answer<WorkspaceEntry>>
  rename(workspaceId: string, name: string): Promise<Answer<WorkspaceEntry>>
  delete(workspaceId: string): Promise<Answer<undefined>>
  members(workspaceId: string, signal?: AbortSignal): Promise<Answer<Member[]>>
  setRole(workspaceId: string, userId: string, role: Role): Promise<Answer<Member>>
  /** One's own id leaves. */
  remove(workspaceId: string, userId: string): Promise<Answer<undefined>>
  invites(workspaceId: string, signal?: AbortSignal): Promise<Answer<Invite[]>>
  invite(workspaceId: string, role: Role, hours: number): Promise<Answer<NewInvite>>
  revoke(workspaceId: string, inviteId: string): Promise<Answer<undefined>>
  join(code: string): Promise<Answer<WorkspaceEntry>>
  /** At most 100 at a time; of those whose author the server knows. */
  noteAuthors(workspaceId: string, noteIds: readonly NoteId[]): Promise<Answer<NoteAuthor[]>>
}

interface Call<Value> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Segments, each encoded. */
  path: readonly string[]
  query?: Readonly<Record<string, string>>
  body?: unknown
  /** Absent where the answer has no body. */
  reads?: Reader<Value>
  signal?: AbortSignal | undefined
  /** Milliseconds; default `PATIENCE`. */
  patience?: number
}

export const createDirectoryClient = (bearer: Bearer): DirectoryClient => {
  const reading = <Value>(call: Call<Value> & { reads: Reader<Value> }) => ask(bearer, call)
  const deleting = (...path: string[]): Promise<Answer<undefined>> =>
    ask(bearer, { method: 'DELETE', path })
  return {
    mine: (signal) =>
      reading({ method: 'GET', path: ['workspaces'], reads: WorkspacesAnswer, signal }),
    create: (name) =>
      reading({ method: 'POST', path: ['workspaces'], body: { name }, reads: WorkspaceAnswer }),
    rename: (id, name) =>
      reading({
        method: 'PATCH',
        path: ['workspaces', id],
        body: { name },
        reads: WorkspaceAnswer,
      }),
    delete: (id) =>
      ask(bearer, {
        method: 'DELETE',
        path: ['workspaces', id],
        patience: DELETION_PATIENCE,
      }),
    members: (id, signal) =>
      reading({ method: 'GET', path: ['workspaces', id, 'members'], reads: MembersAnswer, signal }),
    setRole: (id, userId, role) =>
      reading({
        method: 'PUT',
        path: ['workspaces', id, 'members', userId],
        body: { role },
        reads: MemberAnswer,
      }),
    remove: (id, userId) => deleting('workspaces', id, 'members', userId),
    invites: (id, signal) =>
      reading({ method: 'GET', path: ['workspaces', id, 'invites'], reads: InvitesAnswer, signal }),
    invite: (id, role, expiresInHours) =>
      reading({
        method: 'POST',
        path: ['workspaces', id, 'invites'],
        body: { role, expiresInHours },
        reads: NewInviteAnswer,
      }),
    revoke: (id, inviteId) => deleting('workspaces', id, 'invites', inviteId),
    join: (code) => reading({ method: 'POST', path: ['invites', code], reads: WorkspaceAnswer }),
    noteAuthors: (id, noteIds) =>
      reading({
        method: 'GET',
        path: ['workspaces', id, 'notes', 'authors'],
        query: { ids: noteIds.join(',') },
        reads: NoteAuthorsAnswer,
      }),
  }
}

const failed = (reason: Failure['reason']): { outcome: 'failed'; failure: Failure } => ({
  outcome: 'failed',
  failure: { reason, retryAfter: undefined },
})

const ask = async <Value>(bearer: Bearer, call: Call<Value>): Promise<Answer<Value>> => {
  const patience = AbortSignal.timeout(call.patience ?? PATIENCE)
  const signals = [patience, ...(call.signal ? [call.signal] : [])]
  const signal = AbortSignal.any(signals)
  try {
    const token = await bearer(signal)
    const first = await send(call, token, signal)
    // The token may just have expired, or the server have got another secret: once more.
    const response =
      first.status === 401 ? await send(call, await bearer(signal, token), signal) : first
    return await answerIn(response, call)
  } catch (error) {
    if (error instanceof NoToken && error.reason === 'refused') return failed('not-signed-in')
    return failed('offline')
  }
}

/** @throws TypeError or AbortError where no server answers */
const send = <Value>(call: Call<Value>, token: string, signal: AbortSignal): Promise<Response> =>
  fetch(addressOf(call), {
    method: call.method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    cache: 'no-store',
    signal,
  })

const addressOf = ({ path, query }: Pick<Call<unknown>, 'path' | 'query'>): string => {
  const address = `/${path.map(encodeURIComponent).join('/')}`
  return query ? `${address}?${new URLSearchParams(query)}` : address
}

const answerIn = async <Value>(
  response: Response,
  { reads }: Call<Value>,
): Promise<Answer<Value>> => {
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) {
    const failure = failureOf(response.status, body, response.headers.get('retry-after'))
    return { outcome: 'failed', failure }
  }
  // Without a reader `Value` is `undefined`: there is nothing to read.
  if (reads === undefined) return { outcome: 'done', value: undefined as Value }
  const value = readAnswer(reads, body)
  return value === undefined ? failed('unreadable') : { outcome: 'done', value }
}
