/**
 * The service worker that keeps the app's shell, so that a reload needs neither server nor network.
 * A new version waits until no page of Kith is open, or until somebody asks for it
 * (`reloadIntoNewest`): it never reloads a page that somebody types into.
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

/** How long a new version may take to arrive and to take over, in milliseconds. */
const PATIENCE = 10_000

/** A reload alone would be served by the same old service worker again. */
export const reloadIntoNewest = async (): Promise<void> => {
  if ('serviceWorker' in navigator) await takeNewest(navigator.serviceWorker, PATIENCE)
  location.reload()
}

/** Ends once the newest version serves this page, where there is none newer, and after `patience`. */
export const takeNewest = async (
  container: ServiceWorkerContainer,
  patience: number,
): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const isLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience)
  })
  const isTaken = activateNewest(container).catch((error: unknown) => {
    console.info('Kith’s newest shell did not come:', error)
  })
  await Promise.race([isTaken, isLate])
  clearTimeout(timer)
}

const activateNewest = async (container: ServiceWorkerContainer): Promise<void> => {
  const registration = await container.getRegistration()
  // Without a network the version that waits already is the newest there is.
  await registration?.update().catch(() => undefined)
  const newest = registration?.installing ?? registration?.waiting
  if (!newest) return
  const hasTakenOver = once(container, 'controllerchange')
  while (newest.state === 'installing' || newest.state === 'parsed') {
    await once(newest, 'statechange')
  }
  if (newest.state === 'redundant') return
  // The generated service worker listens for exactly this.
  newest.postMessage({ type: 'SKIP_WAITING' })
  await hasTakenOver
}

const once = (target: EventTarget, event: string): Promise<unknown> =>
  new Promise((resolve) => target.addEventListener(event, resolve, { once: true }))
