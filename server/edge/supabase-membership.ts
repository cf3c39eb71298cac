/** Puts together what a Supabase project is asked for, and what then stands in the database. */
import type { Journal } from '../core/ports.js'
import type { Database } from './database.js'
import { createOwnChanges } from './supabase-changes.js'
import { openSupabase, type SupabaseOptions } from './supabase-client.js'
import { createSupabaseDirectory } from './supabase-directory.js'
import { directoryBeside, journalBeside, membersBeside } from './supabase-journal.js'
import { createSupabaseMembers } from './supabase-members.js'

export interface SupabaseMembershipOptions extends SupabaseOptions {
  database: Database
  journal: Journal
}

export const openSupabaseMembership = (options: SupabaseMembershipOptions) => {
  const { database, journal, log } = options
  const supabase = openSupabase(options)
  const changes = createOwnChanges()
  return {
    members: membersBeside(createSupabaseMembers(supabase, changes), { database }),
    directory: directoryBeside(createSupabaseDirectory(supabase, changes), { database, log }),
    journal: journalBeside(journal, { database, supabase }),
  }
}
