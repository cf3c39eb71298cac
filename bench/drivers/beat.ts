/** How often the beat looks who is due, in milliseconds: small beside the latencies measured. */
const STEP = 2

/**
 * Calls `act` for each of `count` people so many times a second, each at moments of its own, spread
 * evenly, until the function that it gives is called. What the timer is late by is made up for.
 */
export const beginBeat = (
  count: number,
  perSecond: number,
  act: (n: number) => void,
): (() => void) => {
  const began = performance.now()
  const interval = 1_000 / perSecond / count
  let done = 0
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - began) / interval)
    for (; done < due; done++) act(done % count)
  }, STEP)
  return () => clearInterval(timer)
}
