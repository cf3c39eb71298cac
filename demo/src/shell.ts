/**
 * The service worker that keeps the app's shell, so that a reload needs neither server nor network.
 * A new version waits until no page of Kith is open, or until somebody asks for it
 * (`reloadIntoNewest`): it never reloads a page that somebody types into.
 */

/** How often a page that stays open asks for a new version, in milliseconds. */
const ASKS_EVERY = 30 * 60_000

export const registerShell = (): void => {
  document.documentElement.dataset.version = import.meta.env.KITH_VERSION
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  addEventListener('load', () => {
    serviceWorker
      .register('/sw.js')
      .then(askAgain)
      .catch((error: unknown) => {
        // Private windows and plain http refuse one: the app works, only not without its server.
        console.info('Kith’s shell is not kept on this device:', error)
      })
  })
}

/** A page that is looked at again, or for long, learns of a new version too. */
const askAgain = (registration: ServiceWorkerRegistration): void => {
  let asked = Date.now()
  const ask = (): void => {
    if (document.hidden || Date.now() - asked < ASKS_EVERY) return
    asked = Date.now()
    // Without a network there is none to be had.
    registration.update().catch(() => undefined)
  }
  document.addEventListener('visibilitychange', ask)
  setInterval(ask, ASKS_EVERY)
}

/**
 * Calls `ready` when a newer version than this page's waits, or has been let in by another tab: then
 * a reload leads into it. Gives the way to stop listening.
 */
export const onNewVersion = (
  container: ServiceWorkerContainer,
  ready: () => void,
): (() => void) => {
  let isListening = true
  const tell = (): void => {
    if (isListening) ready()
  }
  // Of the very first version there is nothing older on the screen.
  let wasControlled = container.controller !== null
  const changed = (): void => {
    if (wasControlled) tell()
    wasControlled = true
  }
  container.addEventListener('controllerchange', changed)
  const watch = (registration: ServiceWorkerRegistration): void => {
    if (registration.waiting && wasControlled) tell()
    const found = (): void => {
      const { installing } = registration
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed' && wasControlled) tell()
      })
    }
    found()
    registration.addEventListener('updatefound', found)
  }
  void container.ready.then(watch)
  return () => {
    isListening = false
    container.removeEventListener('controllerchange', changed)
  }
}

/** Whether a reload brings the app again: kept on this device, or from its server. */
export const mayReload = async (): Promise<boolean> => {
  if ('serviceWorker' in navigator && navigator.serviceWorker.controller) return true
  const asked = {
    method: 'HEAD',
    cache: 'no-store',
    signal: AbortSignal.timeout(PATIENCE),
  } as const
  return fetch('/', asked).then(
    ({ ok }) => ok,
    () => false,
  )
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
