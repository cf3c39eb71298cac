import { Hono } from 'hono'
import { isContactId, type PresenceStatus, type WorkspaceId } from 'kith-shared'
import { bearer, workspaceInPath } from './bearer.js'
import { denied } from './denied.js'
import type { HttpEnvironment, HttpPorts } from './ports.js'

/** Who is here now, for members. */
export const userRoutes = (ports: HttpPorts): Hono<HttpEnvironment> =>
  new Hono<HttpEnvironment>().get(
    '/ws/workspace/:id/users',
    bearer(ports),
    workspaceInPath,
    async (context) => {
      const id = context.get('workspaceId')
      const member = await ports.members.find(id, context.get('claims').userId)
      if (member.outcome === 'away') return denied(context, ports, member)
      if (member.outcome === 'none') return denied(context, ports, { outcome: 'not-a-member' })
      const users = presentUsers(ports.rooms, id)
      const timestamp = new Date().toISOString()
      return context.json({ workspace_id: id, users, count: users.length, timestamp })
    },
  )

interface PresentUser {
  user_id: string
  email: string | null
  name: string
  status: PresenceStatus
  joined_at: string
  editing_contact_id: string | null
}

/** One entry a person, of their earliest session; `online` in any tab is online. */
const presentUsers = (rooms: HttpPorts['rooms'], id: WorkspaceId): PresentUser[] => {
  const byUser = new Map<string, PresentUser>()
  const sessions = rooms.get(id)?.room.present() ?? []
  for (const { stamp, json } of sessions) {
    const { status, editing } = shownIn(json)
    const seen = byUser.get(stamp.id)
    byUser.set(stamp.id, {
      user_id: stamp.id,
      email: stamp.email,
      name: stamp.name,
      status: seen?.status === 'online' ? 'online' : status,
      joined_at: seen?.joined_at ?? new Date(stamp.joinedAt).toISOString(),
      editing_contact_id: editing ?? seen?.editing_contact_id ?? null,
    })
  }
  return [...byUser.values()]
}

/** A state is its client's word: what is not a status or a contact's id is not passed on. */
const shownIn = (json: string | undefined): { status: PresenceStatus; editing: string | null } => {
  // The server has written the text itself: it is a JSON object.
  const state = JSON.parse(json ?? '{}') as { status?: unknown; editing?: { contactId?: unknown } }
  const contactId = state.editing?.contactId
  return {
    status: state.status === 'idle' || state.status === 'away' ? state.status : 'online',
    editing: isContactId(contactId) ? contactId : null,
  }
}
