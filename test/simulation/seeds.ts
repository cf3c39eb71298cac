/**
 * Seeds that failed once; they run every time.
 * 77: a node that was behind told a client that the server had forgotten what it had committed.
 */
export const REMEMBERED: readonly bigint[] = [77n]

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
