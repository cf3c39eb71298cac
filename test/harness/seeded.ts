const mask = (1n << 64n) - 1n

/** splitmix64: every seed of 64 bits gives its own sequence, of numbers in [0, 1). */
export const seededRandom = (seed: bigint): (() => number) => {
  let state = seed & mask
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask
    let z = state
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask
    return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53
  }
}
