import type { Workspace } from '../index.js'

/** In the shape of an `Activity`, though nothing of it is stored. */
interface PresenceEvent<Type extends string, Payload> {
  workspaceId: string
  type: Type
  payload: Payload
  user: { id: string; name: string }
  seq: null
  committedAt: null
}

/** Somebody types, or no longer. */
export type TypingEvent = PresenceEvent<
  'typing',
  { contactId: string; field: string; isTyping: boolean }
>

/** Where somebody’s cursor is. */
export type CursorPositionEvent = PresenceEvent<
  'cursor_position',
  {
    /** `null` where its sender says only where in the text, not in which. */
    contactId: string | null
    field: string | null
    /** What its sender put there: for a text, relative positions of Yjs as JSON. */
    position: unknown
  }
>

type Moment = Pick<TypingEvent, 'type' | 'payload'> | Pick<CursorPositionEvent, 'type' | 'payload'>

/** Reports what changes in other people's presence, one event for each change of each tab. */
export const followPresence = (
  workspace: Workspace,
  report: (event: TypingEvent | CursorPositionEvent) => void,
): (() => void) => {
  const { awareness, id } = workspace
  let before = new Map<number, Seen>()
  const follow = (): void => {
    const now = new Map<number, Seen>()
    for (const [clientId, state] of awareness.getStates()) {
      if (clientId !== awareness.clientID) now.set(clientId, seenIn(state))
    }
    const earlier = before
    before = now
    for (const clientId of new Set([...earlier.keys(), ...now.keys()])) {
      const was = earlier.get(clientId) ?? NOT_THERE
      const is = now.get(clientId) ?? NOT_THERE
      const user = is.user ?? was.user
      if (user === undefined || user.id === workspace.self()?.id) continue
      for (const moment of momentsBetween(was, is)) {
        report({ workspaceId: id, ...moment, user, seq: null, committedAt: null })
      }
    }
  }
  follow()
  awareness.on('change', follow)
  return () => awareness.off('change', follow)
}

interface Seen {
  user: { id: string; name: string } | undefined
  typing: { contactId: string; field: string } | undefined
  /** As JSON, since every renewal of a state brings a new object. */
  cursor: string | undefined
  position: CursorPositionEvent['payload']
}

const NOWHERE = { contactId: null, field: null, position: null }
const NOT_THERE: Seen = {
  user: undefined,
  typing: undefined,
  cursor: undefined,
  position: NOWHERE,
}

/** Total: a state comes from somebody else's browser, and only `user` is the server's word. */
const seenIn = (state: Record<string, unknown>): Seen => {
  const user = partsOf(state.user)
  const place = placeOf(state.editing)
  const cursor = partsOf(state.cursor)
  return {
    user: typeof user.id === 'string' ? { id: user.id, name: String(user.name ?? '') } : undefined,
    typing: state.typing === true ? place : undefined,
    cursor: state.cursor == null ? undefined : JSON.stringify(state.cursor),
    position: {
      ...(placeOf(cursor) ?? place ?? NOWHERE),
      position: cursor.position ?? state.cursor,
    },
  }
}

const partsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const placeOf = (value: unknown): Seen['typing'] => {
  const { contactId, field } = partsOf(value)
  return typeof contactId === 'string' && typeof field === 'string'
    ? { contactId, field }
    : undefined
}

const momentsBetween = (was: Seen, is: Seen): Moment[] => {
  const moments: Moment[] = []
  const moved = JSON.stringify(was.typing) !== JSON.stringify(is.typing)
  if (moved && was.typing) {
    moments.push({ type: 'typing', payload: { ...was.typing, isTyping: false } })
  }
  if (moved && is.typing) {
    moments.push({ type: 'typing', payload: { ...is.typing, isTyping: true } })
  }
  if (is.cursor !== undefined && is.cursor !== was.cursor) {
    moments.push({ type: 'cursor_position', payload: is.position })
  }
  return moments
}
