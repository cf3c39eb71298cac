/**
 * The service worker that keeps the app's shell, so that a reload needs neither server nor network.
 * A new version takes over at the next start: it never reloads a page that somebody types into.
 */
export const registerShell = (): void => {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch((error: unknown) => {
      // Private windows and plain http refuse one: the app works, only not without its server.
      console.info('Kith’s shell is not kept on this device:', error)
    })
  })
}
