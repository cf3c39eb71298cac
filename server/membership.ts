/** Where members and the directory are kept: in the database, or in a Supabase project. */
import type { WorkspaceId } from 'kith-shared'
import type { Config } from './config.js'
import type { Directory } from './core/directory.js'
import type { Epochs, Journal, Members } from './core/ports.js'
import type { Database } from './edge/database.js'
import { createDirectory } from './edge/directory.js'
import { createEpochs } from './edge/epochs.js'
import { createJournal } from './edge/journal.js'
import type { Log } from './edge/log.js'
import { createMembers } from './edge/members.js'

export interface Membership {
  members: Members
  directory: Directory
  /** Always in the database, and so are its epochs. */
  journal: Journal
  epochs: Epochs
}

/**
 * Supabase's library is loaded only where it is needed: it takes time and memory. `onDamage` is
 * `createJournal`'s.
 */
export const openMembership = async (
  { supabase: config }: Pick<Config, 'supabase'>,
  database: Database,
  log: Log,
  onDamage: (workspaceId: WorkspaceId) => void,
): Promise<Membership> => {
  const journal = createJournal(database, log, onDamage)
  const epochs = createEpochs(database, log)
  if (config === undefined) {
    const [members, directory] = [createMembers(database), createDirectory(database)]
    return { members, directory, journal, epochs }
  }
  const { openSupabaseMembership } = await import('./edge/supabase-membership.js')
  return { ...openSupabaseMembership({ ...config, database, journal, log }), epochs }
}
