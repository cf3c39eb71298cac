/**
 * Seeds that failed once; they run every time.
 * 37: letters built on those of a tab that had heard no server yet, and did not cross with them.
 * 77: a node that was behind told a client that the server had forgotten what it had committed.
 * 5059, 5225, 5488: a device that was full, or could not be read, kept edits as they were before they
 *   moved; they were sent, and moved once more by whoever read them there.
 * 5412: another tab took them off such a device, and what came in their place was on none.
 * 5523: the same of edits made before any server was heard, whose epoch the device had not got.
 * 20158, 70080, 70304: a tab was ended before the device held its edit; the one that took it over did
 *   not write it there either, and was ended, too: what was built on it was left.
 * 70183: two tabs moved the same edits, the second before it had heard of the first.
 * 90: a snapshot behind a road, for rows that were gone, was taken for a history that was gone.
 * 24: what only took away letters that were nowhere any more held up for ever what was sent with it.
 * 81220: a tab that had heard no server told its edits' epoch as it moved others: what these were built
 *   on was nowhere.
 * 81122: all that was written came in ten rows, and the test asked for more.
 * 1795341860797000100, 1795341860797000117: letters whose neighbour another tab had moved, and told
 *   nobody of, were nowhere in the next epoch: taken away, they stayed, and others lost their place.
 */
export const REMEMBERED: readonly bigint[] = [
  37n,
  77n,
  90n,
  5059n,
  5225n,
  5412n,
  5488n,
  5523n,
  20158n,
  70080n,
  70183n,
  70304n,
  81122n,
  81220n,
  1795341860797000100n,
  1795341860797000117n,
]

/**
 * The same in harsh weather.
 * 8066: what had moved with others, which only another tab knew, was not on the ground: what was
 *   written over it stood beside it.
 * 1795330564484000058: a write that waited brought back what another tab had moved from the device.
 */
const HARSH: readonly bigint[] = [8066n, 1795330564484000058n]

/** `KITH_SEED` replays one history; `KITH_SEEDS` runs so many new ones. */
export const seedsToRun = (usual: number): bigint[] => {
  const { KITH_SEED, KITH_SEEDS } = process.env
  if (KITH_SEED) return [BigInt(KITH_SEED)]
  if (KITH_SEEDS) {
    const start = BigInt(Date.now()) * 1_000_000n
    return Array.from({ length: Number(KITH_SEEDS) }, (_, n) => start + BigInt(n))
  }
  return [...REMEMBERED, ...Array.from({ length: usual }, (_, n) => BigInt(n + 1))]
}

/** None where others are asked for: `KITH_WEATHER=harsh` makes these harsh. */
export const harshSeedsToRun = (): readonly bigint[] => {
  const { KITH_SEED, KITH_SEEDS } = process.env
  return KITH_SEED || KITH_SEEDS ? [] : HARSH
}
