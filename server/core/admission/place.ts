/**
 * Admission, step 4 (SPEC A4): where a struct may lie, and what it may be there. The gate holds no
 * document, so an overwrite's key is not seen: it lies in its origin's root, and readers are total.
 */
import { CONTACTS, CONTENT, FIELDS, isUsableId, NOTES, type Refusal, rootKind } from 'kith-shared'

/** One struct in its place. */
export interface Placed {
  root: string
  /** The map key, where the struct names its parent itself. */
  key: string | undefined
  namesParent: boolean
  kind: number
  length: number
  hasOrigin: boolean
  hasRightOrigin: boolean
  /**
   * Its right origin is its origin, or stands before it in the same run of letters: Yjs would place
   * it by how updates happen to be grouped and split.
   */
  isTurned: boolean
}

/** Creations: one JSON object for each id, never overwritten and never deleted. */
export const isWrittenOnce = (root: string): boolean => root === CONTACTS || root === NOTES

export const refusalOfPlace = (struct: Placed): Refusal | undefined => {
  const kind = rootKind(struct.root)
  if (kind === undefined) return 'unknown-root'
  return kind === 'text' ? refusalInText(struct) : refusalInMap(struct)
}

const refusalInText = (struct: Placed): Refusal | undefined => {
  const { kind, key } = struct
  if (struct.isTurned) return 'circular'
  return key !== undefined || kind === CONTENT.json ? 'misplaced' : undefined
}

const refusalInMap = (struct: Placed): Refusal | undefined => {
  const { root, key, kind, length, namesParent } = struct
  if (struct.hasRightOrigin || kind === CONTENT.string) return 'misplaced'
  if (kind === CONTENT.json && length !== 1) return 'misplaced'
  if (isWrittenOnce(root) && (struct.hasOrigin || kind === CONTENT.deleted)) return 'written-once'
  if (namesParent && (key === undefined || !isKeyOf(root, key))) return 'misplaced'
  return undefined
}

/** Keys of `fields` are `<id>/<field>…`; those of the other maps are ids. */
const isKeyOf = (root: string, key: string): boolean =>
  root === FIELDS ? isFieldKey(key) : isUsableId(key)

/** As `parseKey` reads it, which a message may ask 40,000 times and which makes three things. */
const isFieldKey = (key: string): boolean => {
  const slash = key.indexOf('/')
  return slash !== -1 && slash < key.length - 1 && isUsableId(key.slice(0, slash))
}
