import type { Workspace } from 'kith-client'

/** How many contacts have each tag, deleted and merged ones aside. */
export const tagCounts = (workspace: Workspace | undefined): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const id of workspace?.contacts.contactIds() ?? []) {
    const contact = workspace?.contacts.contact(id)
    if (contact?.deletedAt !== null || contact.mergedInto !== null) continue
    for (const tag of contact.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  return counts
}
