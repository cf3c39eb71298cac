/**
 * Seeds that failed once; they run every time.
 * 37: letters built on those of a tab that had heard no server yet, and did not cross with them.
 * 77: a node that was behind told a client that the server had forgotten what it had committed.
 * 90: a snapshot behind a road, for rows that were gone, was taken for a history that was gone.
 */
export const REMEMBERED: readonly bigint[] = [37n, 77n, 90n]

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
