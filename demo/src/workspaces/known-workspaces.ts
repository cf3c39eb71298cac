import {
  readAnswer,
  type WorkspaceEntry,
  WorkspacesAnswer,
} from '../directory/directory-answers.js'
import { forgetSessionIn, rememberedSessions } from '../session/session.js'

/** What the server said last about my workspaces, so that the list needs no network. */
const keyOf = (userId: string): string => `kith.workspaces.${userId}`

export const knownWorkspaces = (userId: string): WorkspaceEntry[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? 'null')
    return readAnswer(WorkspacesAnswer, { workspaces: kept }) ?? []
  } catch {
    return []
  }
}

export const rememberWorkspaces = (userId: string, workspaces: readonly WorkspaceEntry[]): void => {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(workspaces))
  } catch {
    // Blocked or full: the list then needs the server.
  }
}

/** One more, or what is new about one. */
export const rememberWorkspace = (userId: string, workspace: WorkspaceEntry): void => {
  const others = knownWorkspaces(userId).filter(({ id }) => id !== workspace.id)
  rememberWorkspaces(userId, [...others, workspace])
}

/** It is none of mine any more; what the device holds of it may stay, and is listed apart. */
export const dropKnown = (userId: string, workspaceId: string): void =>
  rememberWorkspaces(
    userId,
    knownWorkspaces(userId).filter(({ id }) => id !== workspaceId),
  )

/** Nothing of it is on this device any more. */
export const forgetKnown = (userId: string, workspaceId: string): void => {
  forgetSessionIn(userId, workspaceId)
  dropKnown(userId, workspaceId)
  const names = namesOf(userId)
  if (names.delete(workspaceId)) writeNames(userId, names)
}

/** Names of all that were ever open here, by their id; a name outlives the membership. */
const namesKey = (userId: string): string => `kith.names.${userId}`

export const knownName = (userId: string, workspaceId: string): string =>
  knownWorkspaces(userId).find(({ id }) => id === workspaceId)?.name ??
  namesOf(userId).get(workspaceId) ??
  workspaceId

export const rememberName = (userId: string, workspaceId: string, name: string): void =>
  writeNames(userId, namesOf(userId).set(workspaceId, name))

const writeNames = (userId: string, names: ReadonlyMap<string, string>): void => {
  try {
    localStorage.setItem(namesKey(userId), JSON.stringify([...names]))
  } catch {
    // The id stands in for the name then.
  }
}

const namesOf = (userId: string): Map<string, string> => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(namesKey(userId)) ?? '[]')
    return new Map(Array.isArray(kept) ? kept.filter(isNamed) : [])
  } catch {
    return new Map()
  }
}

const isNamed = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')

/** Workspaces that lie on this device and that the server does not list for me (any more). */
export const keptBehind = (
  userId: string,
  mine: readonly WorkspaceEntry[],
): { id: string; name: string }[] =>
  rememberedSessions().flatMap((session) => {
    const id = session.workspaceId
    if (session.userId !== userId || id === undefined) return []
    return mine.some((workspace) => workspace.id === id)
      ? []
      : [{ id, name: knownName(userId, id) }]
  })
