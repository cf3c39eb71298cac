/** What a member may do in one workspace. */
export const ROLES = ['owner', 'editor', 'viewer'] as const
export type Role = (typeof ROLES)[number]

export const isRole = (value: unknown): value is Role =>
  typeof value === 'string' && (ROLES as readonly string[]).includes(value)

/** Whether updates of this role reach the journal. Viewers have presence, and nothing else. */
export const mayWrite = (role: Role): boolean => role !== 'viewer'
