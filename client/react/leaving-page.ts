/**
 * Calls `act` when the page may be about to end: a phone kills a hidden page without a `pagehide`.
 * Returns how to stop.
 */
export const onLeavingPage = (act: () => void): (() => void) => {
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') act()
  }
  window.addEventListener('pagehide', act)
  document.addEventListener('visibilitychange', hidden)
  return () => {
    window.removeEventListener('pagehide', act)
    document.removeEventListener('visibilitychange', hidden)
  }
}
