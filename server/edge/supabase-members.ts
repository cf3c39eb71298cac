import { ROLES } from 'kith-shared'
import * as v from 'valibot'
import type { Members } from '../core/ports.js'
import type { OwnChanges } from './supabase-changes.js'
import type { Supabase } from './supabase-client.js'

const MemberRow = v.object({ role: v.picklist(ROLES) })
const WorkspaceRow = v.object({ name: v.string() })

/**
 * Members in the tables of a Supabase project. `watch` hears of what this server changes itself;
 * a change that another makes (another node, the dashboard) is seen by the re-check, within 30 s:
 * Realtime would tell of it sooner, but needs a publication, a socket of its own and row security
 * that lets it read, and may lose a change all the same.
 */
export const createSupabaseMembers = (supabase: Supabase, changes: OwnChanges): Members => ({
  async find(workspaceId, userId) {
    const where = { workspace_id: workspaceId, user_id: userId }
    const asked = await supabase.rows(
      { table: 'workspace_members', columns: 'role', where },
      MemberRow,
    )
    if (asked.outcome === 'away') return asked
    const [member] = asked.answer
    return member ? { outcome: 'member', role: member.role } : { outcome: 'none' }
  },
  async findWorkspace(workspaceId) {
    const where = { id: workspaceId }
    const asked = await supabase.rows({ table: 'workspaces', columns: 'name', where }, WorkspaceRow)
    if (asked.outcome === 'away') return asked
    const [workspace] = asked.answer
    return workspace ? { outcome: 'workspace', name: workspace.name } : { outcome: 'none' }
  },
  watch(onChange) {
    const end = changes.listen(onChange)
    onChange({ change: 'unknown' })
    return { close: async () => end() }
  },
})
