/** Who is not the same person, by somebody's word. Pure. */
import { type Contact, type ContactId, isContactId } from 'kith-shared'
import { type Duplicates, findDuplicates, type Likeness } from './find.js'

/** Any two of them are two people. */
export type Dismissal = readonly ContactId[]

/** More than this nobody has compared: such a group can't be dismissed. */
export const MAX_TOGETHER = 50
/** In all dismissals together; the oldest go first. */
const MAX_IDS = 5_000

/** Total: storage holds what an earlier version wrote, or anything else. */
export const parseDismissals = (value: unknown): readonly Dismissal[] =>
  Array.isArray(value) ? bounded(value.slice(-MAX_IDS).flatMap(readDismissal)) : []

const readDismissal = (value: unknown): Dismissal[] => {
  if (!Array.isArray(value) || value.length > MAX_TOGETHER) return []
  const ids = [...new Set(value.filter(isContactId))]
  return ids.length < 2 ? [] : [ids]
}

export const withDismissal = (
  all: readonly Dismissal[],
  ids: readonly ContactId[],
): readonly Dismissal[] => bounded([...withoutDismissal(all, ids), ...readDismissal(ids)])

export const withoutDismissal = (
  all: readonly Dismissal[],
  ids: readonly ContactId[],
): readonly Dismissal[] => {
  const key = keyOf(ids)
  return all.filter((one) => keyOf(one) !== key)
}

const keyOf = (ids: readonly ContactId[]): string => [...ids].sort().join()

const bounded = (all: readonly Dismissal[]): readonly Dismissal[] => {
  let count = 0
  let from = all.length
  for (const ids of [...all].reverse()) {
    count += ids.length
    if (count > MAX_IDS) break
    from--
  }
  return all.slice(from)
}

/**
 * What is left of the groups. A contact that comes to people who were told apart is compared with
 * each of them, and they not again with one another: such a contact is in several groups.
 */
export const undismissed = (
  groups: readonly Duplicates[],
  dismissals: readonly Dismissal[],
  contactOf: (id: ContactId) => Contact | undefined,
): readonly Duplicates[] => {
  if (dismissals.length === 0) return groups
  const apart = apartBy(dismissals)
  return groups.flatMap((group) => {
    const isWhole = group.ids.length > MAX_PARTED || !isAnyApart(group.ids, apart)
    return isWhole ? [group] : partsOf(group, apart, contactOf)
  })
}

/** Pairs of more than this are too many to look at one by one. */
const MAX_PARTED = 200

type Apart = ReadonlyMap<ContactId, ReadonlySet<ContactId>>

const apartBy = (dismissals: readonly Dismissal[]): Apart => {
  const apart = new Map<ContactId, Set<ContactId>>()
  for (const ids of dismissals) {
    for (const id of ids) {
      const others = apart.get(id) ?? new Set()
      for (const other of ids) if (other !== id) others.add(other)
      apart.set(id, others)
    }
  }
  return apart
}

const isAnyApart = (ids: readonly ContactId[], apart: Apart): boolean =>
  ids.some((id) => {
    const others = apart.get(id)
    return others !== undefined && ids.some((other) => others.has(other))
  })

type Pair = readonly [ContactId, ContactId]

const pairsOf = (ids: readonly ContactId[]): Pair[] =>
  ids.flatMap((a, at) => ids.slice(at + 1).map((b): Pair => [a, b]))

interface Link {
  readonly a: ContactId
  readonly b: ContactId
  readonly shared: readonly Likeness[]
}

/** Each pair that is alike and was not told apart is in one of them at least. */
const partsOf = (
  { ids, alike }: Duplicates,
  apart: Apart,
  contactOf: (id: ContactId) => Contact | undefined,
): Duplicates[] => {
  const links = pairsOf(ids).flatMap(([a, b]): Link[] => {
    if (apart.get(a)?.has(b)) return []
    const contacts = [a, b].flatMap((id) => contactOf(id) ?? [])
    // What the whole list takes for an office's number is none of the group's likenesses.
    const shared = findDuplicates(contacts)[0]?.alike.filter((one) => alike.includes(one)) ?? []
    return shared.length > 0 ? [{ a, b, shared }] : []
  })
  const parts: Duplicates[] = []
  let open = links
  for (let [first] = open; first; [first] = open) {
    const members = grown(first, links, apart)
    const within = links.filter(({ a, b }) => members.has(a) && members.has(b))
    const found = new Set(within.flatMap(({ shared }) => shared))
    parts.push({
      ids: ids.filter((id) => members.has(id)),
      alike: alike.filter((one) => found.has(one)),
    })
    open = open.filter((link) => !within.includes(link))
  }
  return parts
}

/** All that can be reached from one pair without two in it who were told apart. */
const grown = (first: Link, links: readonly Link[], apart: Apart): ReadonlySet<ContactId> => {
  const members = new Set([first.a, first.b])
  for (let before = 0; before !== members.size; ) {
    before = members.size
    for (const { a, b } of links) {
      if (members.has(a) === members.has(b)) continue
      const next = members.has(a) ? b : a
      if (![...members].some((member) => apart.get(next)?.has(member))) members.add(next)
    }
  }
  return members
}
