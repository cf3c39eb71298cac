import * as v from 'valibot'
import type { Directory } from '../core/directory.js'
import type { MembershipChange } from '../core/ports.js'
import { directoryBy } from './directory.js'
import type { OwnChanges } from './supabase-changes.js'
import type { Supabase } from './supabase-client.js'

const OUTCOMES = ['done', 'not-a-member', 'not-allowed', 'absent', 'last-owner', 'limit'] as const
/** What comes with `done`, the functions build as the port says. */
const Answer = v.looseObject({ outcome: v.picklist(OUTCOMES) })

/** The directory by the SQL functions of a Supabase project: each call is one transaction there. */
export const createSupabaseDirectory = (supabase: Supabase, changes: OwnChanges): Directory => {
  const directory = directoryBy(async ({ procedure, parameters }) => {
    const asked = await supabase.call(procedure, parameters, Answer)
    return asked.outcome === 'away' ? asked : asked.answer
  })
  const telling = async <Done extends { outcome: string }>(
    done: Promise<Done>,
    change: MembershipChange,
  ): Promise<Done> => {
    const answer = await done
    // Also where it is away: it may have happened all the same.
    if (answer.outcome === 'done' || answer.outcome === 'away') changes.tell(change)
    return answer
  }
  return {
    ...directory,
    rename: (actor, workspaceId, name) =>
      telling(directory.rename(actor, workspaceId, name), { change: 'workspace', workspaceId }),
    deleteWorkspace: (actor, workspaceId) =>
      telling(directory.deleteWorkspace(actor, workspaceId), { change: 'workspace', workspaceId }),
    setRole: (actor, workspaceId, userId, role) =>
      telling(directory.setRole(actor, workspaceId, userId, role), {
        change: 'member',
        workspaceId,
        userId,
      }),
    removeMember: (actor, workspaceId, userId) =>
      telling(directory.removeMember(actor, workspaceId, userId), {
        change: 'member',
        workspaceId,
        userId,
      }),
  }
}
