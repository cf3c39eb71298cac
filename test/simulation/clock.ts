/** Virtual time: what is scheduled happens in order, and between two acts all promises settle. */
export interface Clock {
  /** Milliseconds since 1970, of the simulated world. */
  now(): number
  /** Gives the way to cancel it. */
  after(delay: number, act: () => void): () => void
  /** What nobody awaits has failed: `run` throws it. */
  fail(error: unknown): void
  /** Runs everything that is due until `until`, calling `check` behind each act. */
  run(until: number, check: () => void): Promise<void>
}

interface Due {
  at: number
  order: number
  act: () => void
}

/** A macrotask: by then every promise that could settle has settled. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const isEarlier = (one: Due, other: Due): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)

export const createClock = (start: number): Clock => {
  let now = start
  let order = 0
  let failure: { error: unknown } | undefined
  const due = new Set<Due>()
  const next = (): Due | undefined => {
    let first: Due | undefined
    for (const entry of due) if (!first || isEarlier(entry, first)) first = entry
    return first
  }
  return {
    now: () => now,
    after(delay, act) {
      const entry = { at: now + Math.max(0, Math.round(delay)), order: order++, act }
      due.add(entry)
      return () => due.delete(entry)
    },
    fail(error) {
      failure ??= { error }
    },
    async run(until, check) {
      await settle()
      for (let entry = next(); entry && entry.at <= until; entry = next()) {
        due.delete(entry)
        now = entry.at
        entry.act()
        await settle()
        if (failure) throw failure.error
        check()
      }
      now = until
    },
  }
}
