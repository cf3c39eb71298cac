/**
 * Why admission did not take a change. The wire carries these words; SPEC.md numbers the checks
 * that give them (section "Admission").
 */
export const REFUSALS = [
  /** More bytes than a message may have. */
  'too-large',
  /** Not a Yjs update in encoding v1 of a flat document, or bytes left over. */
  'broken',
  /** A client id appears twice. */
  'client-twice',
  /** Content, nesting or structs that a flat document never has (GC, types, embeds, binary …). */
  'not-flat',
  /** A value is not plain JSON, too deep or too large, or a key is not allowed. */
  'bad-value',
  /** A clock or a length outside the bounds. */
  'bad-clock',
  /** Delete ranges that overlap or are out of order. */
  'bad-deletes',
  /** A new struct under a client id that belongs to somebody else. */
  'foreign-client',
  /** Something it builds on is not known here: answered by SyncStep1, and no offence. */
  'gap',
  /** An origin that does not point strictly backwards. */
  'circular',
  /** A root that the document does not have. */
  'unknown-root',
  /** The content, the key or the origin does not fit the root it lies in. */
  'misplaced',
  /** A creation in `contacts` or `notes` overwritten or deleted. */
  'written-once',
  /** Too many structs or ids in one update. */
  'too-heavy',
  /** The workspace is full: it takes deletes, and nothing new; or its sender has no client id left. */
  'quota',
  /** The sender's role does not write. */
  'read-only',
  /** It was written in an epoch that the server's history does not reach any more: said by no server. */
  'older-epoch',
] as const

export type Refusal = (typeof REFUSALS)[number]

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'string' && (REFUSALS as readonly string[]).includes(value)
