/**
 * The directory on PostgreSQL. What may be done, and the audit of it, stand in the functions of
 * migrations/0005_directory.sql: each call is one of them, and one transaction.
 */
import { SCHEMA_VERSION } from 'kith-shared'
import {
  type Denied,
  type Directory,
  MAX_INVITES,
  MAX_MEMBERS,
  MAX_OWNED_WORKSPACES,
  type Person,
} from '../core/directory.js'
import type { Database, Statement } from './database.js'
import { deletionsOn } from './deletion.js'
import { plainLine } from './plain-text.js'
import { Turns } from './turns.js'

/**
 * The functions and their parameters, by name, as a connection and PostgREST alike pass them. Each
 * gives one JSON object, which is the port's answer as it stands.
 */
export const DIRECTORY_CALLS = {
  createWorkspace: (actor: Person, name: string) =>
    call('create_workspace', {
      ...named(actor),
      new_name: plainLine(name),
      new_schema: SCHEMA_VERSION,
      most: MAX_OWNED_WORKSPACES,
    }),
  workspacesOf: ({ userId }) => call('read_workspaces', { actor: userId }),
  workspace: ({ userId }, workspace) => call('read_workspace', { actor: userId, workspace }),
  rename: ({ userId }, workspace, name) =>
    call('rename_workspace', { actor: userId, workspace, new_name: plainLine(name) }),
  deleteWorkspace: ({ userId }, workspace) =>
    call('delete_workspace', { actor: userId, workspace }),
  members: ({ userId }, workspace) => call('read_members', { actor: userId, workspace }),
  setRole: ({ userId }, workspace, member, role) =>
    call('set_member_role', { actor: userId, workspace, member, new_role: role }),
  removeMember: ({ userId }, workspace, member) =>
    call('remove_member', { actor: userId, workspace, member }),
  createInvite: ({ userId }, workspace, { codeHash, role, expiresAt }) =>
    call('create_invite', {
      actor: userId,
      workspace,
      new_code_hash: codeHash,
      new_role: role,
      valid_until: expiresAt,
      most: MAX_INVITES,
    }),
  invites: ({ userId }, workspace) => call('read_invites', { actor: userId, workspace }),
  revokeInvite: ({ userId }, workspace, invite) =>
    call('revoke_invite', { actor: userId, workspace, invite }),
  acceptInvite: (actor, codeHash) =>
    call('accept_invite', { ...named(actor), given_code_hash: codeHash, most: MAX_MEMBERS }),
} satisfies { [Name in keyof Directory]: (...args: Parameters<Directory[Name]>) => DirectoryCall }

export interface DirectoryCall {
  /** The function's name in the database. */
  procedure: string
  /** By the names of its parameters, in their order. */
  parameters: Record<string, string | number | null>
}

/** Calls the function and gives its JSON; `away` where the storage is. */
export type CallDirectory = (call: DirectoryCall) => Promise<unknown>

/** The port on whatever can call the functions. */
export const directoryBy = (run: CallDirectory): Directory => {
  const calls = DIRECTORY_CALLS
  return {
    createWorkspace: (...given) => answer(run(calls.createWorkspace(...given))),
    workspacesOf: (...given) => answer(run(calls.workspacesOf(...given))),
    workspace: (...given) => answer(run(calls.workspace(...given))),
    rename: (...given) => answer(run(calls.rename(...given))),
    deleteWorkspace: (...given) => answer(run(calls.deleteWorkspace(...given))),
    members: (...given) => answer(run(calls.members(...given))),
    setRole: (...given) => answer(run(calls.setRole(...given))),
    removeMember: (...given) => answer(run(calls.removeMember(...given))),
    createInvite: (...given) => answer(run(calls.createInvite(...given))),
    invites: (...given) => answer(run(calls.invites(...given))),
    revokeInvite: (...given) => answer(run(calls.revokeInvite(...given))),
    acceptInvite: (...given) => answer(run(calls.acceptInvite(...given))),
  }
}

/** Of the pool's connections, so that commits always find one; and so many of one person. */
const CHANGES_AT_ONCE = 4
const CHANGES_OF_ONE = 2

export const createDirectory = (database: Database): Directory => {
  const changes = new Turns(CHANGES_AT_ONCE, CHANGES_OF_ONE)
  const remove = deletionsOn(database)
  const run = async (asked: DirectoryCall): Promise<Answered[] | { outcome: 'away' }> => {
    const { procedure, parameters } = asked
    // Not by the workspace: whoever has a token may name any, and would be in its owner's way.
    const lane = String(parameters.actor)
    const running = () => database.run<Answered>(statementOf(asked))
    if (procedure === 'delete_workspace') return remove<Answered>(lane, statementOf(asked))
    return procedure.startsWith('read_') ? running() : changes.take(lane, running)
  }
  const directory = directoryBy((asked) =>
    database.orAway(async () => {
      const rows = await run(asked)
      return Array.isArray(rows) ? rows[0]?.answer : rows
    }),
  )
  return {
    ...directory,
    async deleteWorkspace(actor, id) {
      // Asked first, so that a connection is made only for owners; judged again under the lock.
      const read = await directory.workspace(actor, id)
      if (read.outcome !== 'done') return read
      if (read.workspace.role !== 'owner') return { outcome: 'not-allowed' }
      return directory.deleteWorkspace(actor, id)
    },
  }
}

interface Answered {
  answer: unknown
}

const statementOf = ({ procedure, parameters }: DirectoryCall): Statement => {
  const list = Object.keys(parameters).map((name, index) => `${name} => $${index + 1}`)
  return {
    name: procedure,
    text: `select ${procedure}(${list.join(', ')}) as answer`,
    values: Object.values(parameters),
  }
}

const call = (procedure: string, parameters: DirectoryCall['parameters']): DirectoryCall => ({
  procedure,
  parameters,
})

const named = ({ userId, name, email }: Person) => ({
  actor: userId,
  // A column that is not null, and a list of members to be read by people.
  actor_name: plainLine(name) || userId,
  actor_email: email === null ? null : plainLine(email),
})

/** The functions build what the port says; the contract suite holds them to it. */
const answer = async <Answer extends { outcome: 'done' } | Denied>(
  given: Promise<unknown>,
): Promise<Answer> => (await given) as Answer
