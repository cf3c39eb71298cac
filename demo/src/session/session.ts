import { isRole, isWorkspaceId, type Role } from 'kith-shared'

/** Who uses this tab, and which workspace they are in. */
export interface Session {
  userId: string
  name: string
  workspaceId: string
  role: Role
}

/** Per tab, so that two tabs can be two people. */
const TAB = 'kith.session'
/** Everybody who signed in on this device, the last one first. */
const DEVICE = 'kith.people'
const MAX_REMEMBERED = 8

/** A development token's user id: the name without case, so that Ana is Ana on every device. */
export const sessionFor = (name: string, workspaceId: string, role: Role): Session => ({
  userId: name.trim().normalize('NFKC').toLowerCase().slice(0, 255),
  name: name.trim().normalize('NFKC').slice(0, 80),
  workspaceId: workspaceId.trim(),
  role,
})

/** The tab's session: by a link like `?as=Ana&workspace=demo`, else the one it had before. */
export const openingSession = (): Session | undefined =>
  sessionFromLink() ?? read(TAB).find(isSession)

const sessionFromLink = (): Session | undefined => {
  const parameters = new URLSearchParams(location.search)
  const name = parameters.get('as')?.trim()
  if (!name) return undefined
  const role = parameters.get('role')
  const session = sessionFor(
    name,
    parameters.get('workspace') || 'demo',
    isRole(role) ? role : 'editor',
  )
  if (!isWorkspaceId(session.workspaceId)) return undefined
  // The address keeps what was open, and a copied one does not sign somebody else in as Ana.
  history.replaceState(history.state, '', location.pathname + location.hash)
  rememberSession(session)
  return session
}

export const rememberSession = (session: Session): void => {
  write(sessionStorage, TAB, [session])
  const others = rememberedSessions().filter((other) => !isSame(other, session))
  write(localStorage, DEVICE, [session, ...others].slice(0, MAX_REMEMBERED))
}

export const forgetTabSession = (): void => write(sessionStorage, TAB, [])

/** Sessions that were open on this device, the last one first. */
export const rememberedSessions = (): Session[] => read(DEVICE).filter(isSession)

/** Whether this person's workspace may lie on this device, so that no server is needed to open it. */
export const wasHere = (session: Session): boolean =>
  rememberedSessions().some((other) => isSame(other, session))

const isSame = (a: Session, b: Session): boolean =>
  a.userId === b.userId && a.workspaceId === b.workspaceId

const isSession = (value: unknown): value is Session =>
  typeof value === 'object' &&
  value !== null &&
  'userId' in value &&
  typeof value.userId === 'string' &&
  'name' in value &&
  typeof value.name === 'string' &&
  'workspaceId' in value &&
  isWorkspaceId(value.workspaceId) &&
  'role' in value &&
  isRole(value.role)

/** Storage may be blocked, or hold what an earlier version wrote. */
const read = (key: typeof TAB | typeof DEVICE): unknown[] => {
  try {
    const storage = key === TAB ? sessionStorage : localStorage
    const value: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const write = (storage: Storage, key: string, value: unknown): void => {
  try {
    storage.setItem(key, JSON.stringify(value))
  } catch {
    // Blocked or full: the session then lasts as long as the page.
  }
}
