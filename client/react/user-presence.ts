import type { Other } from '../index.js'

/** A person as the first hook and `GET /ws/workspace/{id}/users` show one. */
export interface UserPresence {
  user_id: string
  email: string | null
  name: string
  status: 'online' | 'idle' | 'away'
  /** ISO 8601, by the server's clock. */
  joined_at: string
  editing_contact_id: string | null
  editing_field: string | null
  is_typing: boolean
  color: string
}

export const presenceOf = ({ user, status, editing, typing }: Other): UserPresence => ({
  user_id: user.id,
  email: user.email,
  name: user.name,
  status,
  joined_at: new Date(user.joinedAt).toISOString(),
  editing_contact_id: editing?.contactId ?? null,
  editing_field: editing?.field ?? null,
  is_typing: typing,
  color: user.color,
})
