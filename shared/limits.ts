/** Every bound that both sides must know. Bytes unless said otherwise. */

/** The version in `hello` and `welcome`; a server closes with 4409 where it no longer speaks it. */
export const PROTOCOL_VERSION = 1
/** The schema of the document (section "The document" of ARCHITECTURE.md). */
export const SCHEMA_VERSION = 1

/** The only frame taken before a token is known: a hello, with its token. */
export const MAX_HELLO_BYTES = 16 * 1024
export const MAX_TOKEN_BYTES = 8 * 1024
/** One update message. Kith's client splits its own at `UPDATE_SPLIT_BYTES`. */
export const MAX_UPDATE_BYTES = 1024 * 1024
export const UPDATE_SPLIT_BYTES = 512 * 1024
/** A stock client's answer to SyncStep1 may be the work of weeks. */
export const MAX_SYNC_STEP_2_BYTES = 16 * 1024 * 1024
/** What the WebSocket itself still reads: above our limits, so that we close with our own code. */
export const MAX_FRAME_BYTES = MAX_SYNC_STEP_2_BYTES + 64 * 1024
export const MAX_STATE_VECTOR_BYTES = 256 * 1024
/** Own earlier client ids, with unsent work, that one hello may name. */
export const MAX_EARLIER_IDS = 256
export const SNAPSHOT_CHUNK_BYTES = 512 * 1024

/** One value of the document, as encoded; and how deep it nests (a scalar has depth 0). */
export const MAX_VALUE_BYTES = 16 * 1024
export const MAX_VALUE_DEPTH = 6
/** One key of a map, in UTF-8. */
export const MAX_KEY_BYTES = 512

/** One awareness state, as JSON in UTF-8. */
export const MAX_PRESENCE_BYTES = 8 * 1024
/** One awareness frame of a client: a stock client sends everybody's states back. */
export const MAX_AWARENESS_FRAME_BYTES = 1024 * 1024
/** How many states it may hold: more than are ever in one room. */
export const MAX_AWARENESS_STATES = 10_000

/**
 * A workspace's document: its newest snapshot and the rows after it. 100,000 contacts take 24 MB, so
 * this is some 500,000; every member's browser holds all of them.
 */
export const MAX_DOCUMENT_BYTES = 128 * 1024 * 1024
/**
 * Client ids that have an owner: each load of a page takes one, for as long as the epoch lasts. A
 * user's 20 loads a day last for three years, and a team's 1,000 for most of one.
 */
export const MAX_CLIENT_IDS = 250_000
export const MAX_CLIENT_IDS_PER_USER = 25_000

/** Clock + length of every struct stays below this, so that clocks fit 32 bits. */
export const MAX_CLOCK = 2 ** 31

/**
 * What one author's work may cost everybody who loads the workspace, in steps of integration: what
 * Yjs does for each item that it compares a new one with, about 0.7 µs (SPEC A5). So a hostile
 * member can slow a load by 1.4 s at most. A person at work has a few thousand.
 */
export const MAX_AUTHOR_STEPS = 2_000_000
/** One long text: as many pieces as Yjs cuts it into (each caret jump makes two or three) … */
export const MAX_TEXT_PIECES = 50_000
/** … and as many UTF-16 units as it shows. */
export const MAX_TEXT_UNITS = 1_000_000
