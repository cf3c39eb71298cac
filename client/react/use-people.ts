import type { Other, Self, Workspace } from '../index.js'
import { useWorkspace } from './provider.js'
import { shallowEqual } from './shallow-equal.js'
import { useValue } from './use-value.js'

const NOBODY: readonly Other[] = []

export const onOthers = (workspace: Workspace, changed: () => void): (() => void) =>
  workspace.onOthers(changed)

const everybody = (others: readonly Other[]): unknown => others

/**
 * The other people here, one each however many tabs they have, or what `select` takes of them.
 * Renders only when that changes: `select` may be written inline and filter or pick.
 */
export function useOthers(): readonly Other[]
export function useOthers<Selected>(select: (others: readonly Other[]) => Selected): Selected
export function useOthers(select: (others: readonly Other[]) => unknown = everybody): unknown {
  return useValue<Workspace, unknown>(
    useWorkspace(),
    onOthers,
    (workspace) => select(workspace.others()),
    select(NOBODY),
    shallowEqual,
  )
}

/** Who else is in a field, the ones that type among them. */
export const useEditors = (contactId: string, field: string): readonly Other[] =>
  useOthers((others) =>
    others.filter(
      ({ editing }) =>
        editing !== null && editing.contactId === contactId && editing.field === field,
    ),
  )

const onSelf = (workspace: Workspace, changed: () => void): (() => void) =>
  workspace.onStatus(changed)

/** Who I am by the token, and my role; `undefined` until a server has said so. */
export const useSelf = (): Self | undefined =>
  useValue(useWorkspace(), onSelf, (workspace) => workspace.self(), undefined)
