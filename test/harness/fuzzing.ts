/**
 * How long fuzzing goes on, and from which seed. `KITH_FUZZ` is the number of mutations of each
 * test (`npm run fuzz`: a million); `KITH_FUZZ_SEED` replays the part that a failure names.
 */
import fc from 'fast-check'

const { KITH_FUZZ, KITH_FUZZ_SEED } = process.env
const USUAL = 10_000
/** One part: small enough to be replayed in a moment. */
const RUNS = 50

export const FUZZ_TIMEOUT = KITH_FUZZ ? 6 * 3600_000 : 60_000

/** A long run takes other seeds each time; the usual one is the same everywhere. */
const firstSeed = (): number => {
  if (KITH_FUZZ_SEED) return Number(KITH_FUZZ_SEED)
  return KITH_FUZZ ? Date.now() & 0x3fffffff : 1
}

/**
 * Plays parts of `property` until they have `count`ed enough mutations, with a seed each; a failure
 * is shrunk, and says how to play it again.
 */
export const fuzz = async <T>(
  name: string,
  runs: fc.Arbitrary<T>,
  play: (run: T) => number | Promise<number>,
): Promise<void> => {
  const wanted = KITH_FUZZ_SEED ? 1 : Number(KITH_FUZZ ?? USUAL)
  const started = performance.now()
  let mutations = 0
  let seed = firstSeed()
  const first = seed
  for (; mutations < wanted; seed++) {
    const property = fc.asyncProperty(runs, async (run) => {
      mutations += await play(run)
    })
    const result = await fc.check(property, { seed, numRuns: RUNS })
    if (result.failed) {
      const replay = `KITH_FUZZ_SEED=${seed} npm run fuzz -- -t '${name}'`
      throw new Error(`${replay}\n${fc.defaultReportMessage(result) ?? ''}`, {
        cause: result.errorInstance,
      })
    }
  }
  const seconds = (performance.now() - started) / 1000
  const rate = Math.round(mutations / seconds)
  console.log(`${name}: ${mutations} mutations, ${rate} a second, seeds ${first} to ${seed - 1}`)
}
