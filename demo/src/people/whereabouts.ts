import { type ContactId, isContactId } from 'kith-shared'

/** Where somebody is: which contact they have open, and in which of its fields they are. */
export interface Whereabouts {
  contactId: ContactId
  field: string | undefined
}

/** Presence that this app adds to Kith's own: the contact that is open here. */
export const VIEWING = 'viewing'

/**
 * Where a person is, by what their tabs say: a field that they are in counts more than what lies
 * open, and a tab that is seen more than one that is not. Total: only `user` is the server's word.
 */
export const whereaboutsOf = (
  states: Iterable<Readonly<Record<string, unknown>>>,
  userId: string,
): Whereabouts | undefined => {
  let best: Whereabouts | undefined
  let most = -1
  for (const state of states) {
    if (partsOf(state.user).id !== userId) continue
    const place = placeIn(state)
    const rank = (place?.field === undefined ? 0 : 2) + (state.status === 'online' ? 1 : 0)
    if (place === undefined || rank <= most) continue
    best = place
    most = rank
  }
  return best
}

const placeIn = (state: Readonly<Record<string, unknown>>): Whereabouts | undefined => {
  const { contactId, field } = partsOf(state.editing)
  if (isContactId(contactId) && typeof field === 'string') return { contactId, field }
  const viewing = state[VIEWING]
  return isContactId(viewing) ? { contactId: viewing, field: undefined } : undefined
}

const partsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
