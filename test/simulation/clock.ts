/** Virtual time: what is scheduled happens in order, and between two acts all promises settle. */
export interface Clock {
  /** Milliseconds since 1970, of the simulated world. */
  now(): number
  /** Gives the way to cancel it. */
  after(delay: number, act: () => void): () => void
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

export const createClock = (start: number): Clock => {
  let now = start
  let order = 0
  const due = new Set<Due>()
  const next = (): Due | undefined => {
    let first: Due | undefined
    for (const entry of due) {
      const isEarlier =
        !first || entry.at < first.at || (entry.at === first.at && entry.order < first.order)
      if (isEarlier) first = entry
    }
    return first
  }
  return {
    now: () => now,
    after(delay, act) {
      const entry = { at: now + Math.max(0, Math.round(delay)), order: order++, act }
      due.add(entry)
      return () => due.delete(entry)
    },
    async run(until, check) {
      await settle()
      for (let entry = next(); entry && entry.at <= until; entry = next()) {
        due.delete(entry)
        now = entry.at
        entry.act()
        await settle()
        check()
      }
      now = until
    },
  }
}
