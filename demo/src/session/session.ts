import { isRole, isUserId, isWorkspaceId, type Role } from 'kith-shared'

/** Who uses this tab, and which workspace they are in. */
export interface Session {
  userId: string
  name: string
  /** `undefined`: none is open, their list of workspaces is. */
  workspaceId: string | undefined
  /** What the server is still to be asked for; see `Entry`. */
  entry: Entry | undefined
}

/**
 * The next development token also makes the workspace and the membership. Only a sign-in by hand or
 * by a link asks for that, and only once: what an owner decides later must hold.
 */
export interface Entry {
  /** Absent: the role that one has, or the server's choice for who is new. */
  role: Role | undefined
}

/** Where everybody meets who signs in without a workspace of their own. */
export const DEMO = 'demo'

/** Per tab, so that two tabs can be two people. */
const TAB = 'kith.session'
/** Everybody who signed in on this device, with each workspace they opened, the last one first. */
const DEVICE = 'kith.people'
const MAX_REMEMBERED = 24

/** A development token's user id: the name without case, so that Ana is Ana on every device. */
export const sessionFor = (name: string, workspaceId?: string, entry?: Entry): Session => ({
  userId: name.trim().normalize('NFKC').toLowerCase().slice(0, 255),
  name: name.trim().normalize('NFKC').slice(0, 80),
  workspaceId,
  entry,
})

/** The tab's session: by a link like `?as=Ana&workspace=demo`, else the one it had before. */
export const openingSession = (): Session | undefined => sessionFromLink() ?? read(TAB)[0]

const sessionFromLink = (): Session | undefined => {
  const session = sessionIn(location.search)
  if (!session) return undefined
  // The address keeps what was open, and a copied one does not sign somebody else in as Ana.
  history.replaceState(history.state, '', location.pathname + location.hash)
  rememberSession(session)
  return session
}

/** `?as=Ana`, with `&workspace=` and `&role=` where they are not the usual ones. */
export const sessionIn = (query: string): Session | undefined => {
  const parameters = new URLSearchParams(query)
  const name = parameters.get('as')?.trim()
  if (!name) return undefined
  const role = parameters.get('role')
  const workspaceId = (parameters.get('workspace') || DEMO).trim()
  const entry: Entry = { role: isRole(role) ? role : undefined }
  return isWorkspaceId(workspaceId) ? sessionFor(name, workspaceId, entry) : undefined
}

export const rememberSession = (session: Session): void => {
  write(sessionStorage, TAB, [session])
  const others = rememberedSessions().filter((other) => !isSame(other, session))
  write(
    localStorage,
    DEVICE,
    [{ ...session, entry: undefined }, ...others].slice(0, MAX_REMEMBERED),
  )
}

export const forgetTabSession = (): void => write(sessionStorage, TAB, [])

/** For who left a workspace, or is done with what is on the device of it. */
export const forgetSessionIn = (userId: string, workspaceId: string): void => {
  const gone = { userId, workspaceId }
  write(
    localStorage,
    DEVICE,
    rememberedSessions().filter((session) => !isSame(session, gone)),
  )
}

/** Sessions that were open on this device, the last one first. */
export const rememberedSessions = (): Session[] => read(DEVICE)

/** Whether this person's workspace may lie on this device, so that no server is needed to open it. */
export const wasHere = (session: Session): boolean =>
  session.workspaceId !== undefined && rememberedSessions().some((other) => isSame(other, session))

const isSame = (
  a: Pick<Session, 'userId' | 'workspaceId'>,
  b: Pick<Session, 'userId' | 'workspaceId'>,
): boolean => a.userId === b.userId && a.workspaceId === b.workspaceId

/** Total: storage holds what an earlier version wrote, or anything else. */
export const readSession = (value: unknown): Session | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { userId, name, workspaceId, entry }: Partial<Record<keyof Session, unknown>> = value
  if (!isUserId(userId) || typeof name !== 'string' || name === '') return undefined
  if (workspaceId !== undefined && !isWorkspaceId(workspaceId)) return undefined
  return { userId, name, workspaceId, entry: readEntry(entry) }
}

const readEntry = (value: unknown): Entry | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { role }: { role?: unknown } = value
  return { role: isRole(role) ? role : undefined }
}

/** Storage may be blocked. */
const read = (key: typeof TAB | typeof DEVICE): Session[] => {
  try {
    const storage = key === TAB ? sessionStorage : localStorage
    const value: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.flatMap((one) => readSession(one) ?? []) : []
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
