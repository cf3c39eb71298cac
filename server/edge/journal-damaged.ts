import type { WorkspaceId } from 'kith-shared'

const DAMAGES = {
  checksum: 'the update does not match its checksum',
  missing: 'the row is missing',
  'no-opening-state': 'no good snapshot says how the epoch began',
}

/**
 * Stored bytes are not what was committed, or a row that nothing replaces is missing. Thrown by
 * `load` and `readRows` of every journal: opening the workspace without that row would diverge
 * from everybody who has it. Whoever runs a room catches it and closes that room's sessions;
 * other workspaces are not concerned.
 */
export class JournalDamaged extends Error {
  override name = 'JournalDamaged'

  constructor(
    readonly workspaceId: WorkspaceId,
    /** The row that is damaged or missing; for `no-opening-state` the head. */
    readonly seq: number,
    readonly damage: keyof typeof DAMAGES,
  ) {
    super(`workspace ${workspaceId}, row ${seq}: ${DAMAGES[damage]}`)
  }
}
