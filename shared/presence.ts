import type { Role } from './roles.js'

/**
 * One awareness state, as it travels. `user` and `joinedAt` are stamped by the server from the
 * token, whatever the client put there; the rest is the client's own and shown, never trusted.
 */
export interface PresenceState {
  user: PresenceUser
  status: PresenceStatus
  /** Which contact and field has the focus; `null` where none. */
  editing: { contactId: string; field: string } | null
  /** A key was pressed in `editing` within the last 3 s. */
  typing: boolean
  /** Caret in a text: relative positions of Yjs as JSON; y-codemirror.next uses the same name. */
  cursor?: unknown
}

export interface PresenceUser {
  id: string
  name: string
  email: string | null
  role: Role
  /** Milliseconds since 1970, by the server's clock. */
  joinedAt: number
  /** A colour of the palette, chosen by the id alone, the same on every screen. */
  color: string
}

export type PresenceStatus = 'online' | 'idle' | 'away'

/** Mid-tones that carry white text at AA contrast in both themes. */
const PALETTE = [
  '#b3402e',
  '#9a5b00',
  '#5f6f00',
  '#2f7a3d',
  '#00756b',
  '#0070a3',
  '#3a5fc8',
  '#6b4fc4',
  '#9440a8',
  '#b03a74',
] as const

/** The colour of a person: by FNV-1a over the id, so that every screen shows the same one. */
export const colorOf = (userId: string): string => {
  let hash = 0x811c9dc5
  for (let at = 0; at < userId.length; at++) {
    hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193)
  }
  // The low bits of FNV alone give similar names the same colour.
  const mixed = (hash ^ (hash >>> 16)) >>> 0
  return PALETTE[mixed % PALETTE.length] ?? PALETTE[0]
}
