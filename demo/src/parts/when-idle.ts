/** Milliseconds; a page that is never idle does it then. */
const AT_LATEST = 3_000

/** Does it once the page has nothing else to do. Gives the way to call it off. */
export const whenIdle = (act: () => void): (() => void) => {
  // Safari has none.
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(act, 300)
    return () => clearTimeout(timer)
  }
  const asked = requestIdleCallback(act, { timeout: AT_LATEST })
  return () => cancelIdleCallback(asked)
}
