import { aboutContactId, isContactId } from 'kith-shared'
import { fieldKey } from '../field-element.js'

/** Somebody's caret, as their presence tells it; one for each of their tabs. */
export interface RemoteCursor {
  readonly clientId: number
  readonly userId: string
  readonly name: string
  readonly color: string
  /** `<contact id>/<field>`, as `FIELD_ATTRIBUTE` has it. */
  readonly key: string
  readonly at: RemoteCaret
  /** Changes when the caret moved. */
  readonly version: string
}

export type RemoteCaret =
  /** A relative position of Yjs, in JSON as it came. */
  | { readonly type: 'letters'; readonly contactId: string; readonly head: unknown }
  /** A place in a text of that length; `undefined` where its sender does not say. */
  | { readonly type: 'index'; readonly head: number; readonly length: number | undefined }

/**
 * The carets in these states, mine and those of my other tabs left out. Total: a state comes from
 * somebody else's browser, and only `user` is the server's word. One that has left its field shows
 * none.
 */
export const cursorsIn = (
  states: Iterable<readonly [number, Readonly<Record<string, unknown>>]>,
  own: { clientId: number; userId: string },
): RemoteCursor[] => {
  const cursors: RemoteCursor[] = []
  for (const [clientId, state] of states) {
    const { id, name, color } = partsOf(state.user)
    if (clientId === own.clientId || id === own.userId) continue
    if (typeof id !== 'string' || typeof name !== 'string' || typeof color !== 'string') continue
    const cursor = cursorOf(state)
    if (cursor === undefined) continue
    cursors.push({
      clientId,
      userId: id,
      name,
      color,
      ...cursor,
      version: JSON.stringify(state.cursor),
    })
  }
  return cursors
}

const cursorOf = (
  state: Readonly<Record<string, unknown>>,
): Pick<RemoteCursor, 'key' | 'at'> | undefined => {
  const cursor = partsOf(state.cursor)
  if (cursor.anchor != null && cursor.head != null) return lettersOf(cursor.head, state)
  const { contactId, field } = cursor
  if (typeof contactId !== 'string' || typeof field !== 'string') return undefined
  const at = indexOf(cursor.position)
  const key = fieldKey(contactId, field)
  return at === undefined || hasLeft(state, key) ? undefined : { key, at }
}

/** Which text it is, is said by the position itself: an editor on the stock provider names no field. */
const lettersOf = (head: unknown, state: Readonly<Record<string, unknown>>) => {
  const { tname } = partsOf(head)
  const contactId = typeof tname === 'string' ? aboutContactId(tname) : undefined
  if (contactId === undefined || !isContactId(contactId)) return undefined
  const key = fieldKey(contactId, 'about')
  const at: RemoteCaret = { type: 'letters', contactId, head }
  return hasLeft(state, key) ? undefined : { key, at }
}

const indexOf = (position: unknown): RemoteCaret | undefined => {
  if (isIndex(position)) return { type: 'index', head: position, length: undefined }
  const { head, length } = partsOf(position)
  if (!isIndex(head)) return undefined
  return { type: 'index', head, length: isIndex(length) ? length : undefined }
}

/** In another field by their own word: the caret's withdrawal is on its way. */
const hasLeft = ({ editing }: Readonly<Record<string, unknown>>, key: string): boolean => {
  const { contactId, field } = partsOf(editing)
  return (
    typeof contactId === 'string' && typeof field === 'string' && fieldKey(contactId, field) !== key
  )
}

const isIndex = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0

const partsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
