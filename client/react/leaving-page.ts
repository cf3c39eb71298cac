/**
 * Calls `act` when the page may be about to end: a phone kills a hidden page without a `pagehide`.
 * Comes before the workspace, which then gives the device what `act` wrote. Returns how to stop.
 */
export const onLeavingPage = (act: () => void): (() => void) => {
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') act()
  }
  window.addEventListener('pagehide', act)
  // On its way down to the document, where the workspace listens.
  window.addEventListener('visibilitychange', hidden, true)
  return () => {
    window.removeEventListener('pagehide', act)
    window.removeEventListener('visibilitychange', hidden, true)
  }
}
