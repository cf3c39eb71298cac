import type { Signal, Signals } from '../core/ports.js'

const WINDOW_SIGNALS = ['online', 'offline', 'pageshow', 'pagehide'] as const
const INPUTS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const

/** The browser's; outside of one (Node, a worker) there is no window to listen to. */
export const browserSignals = (): Signals => ({
  now: () => Date.now(),
  random: () => Math.random(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  setTimer: (act, delay) => {
    const timer = setTimeout(act, delay)
    return () => clearTimeout(timer)
  },
  network: () => (typeof navigator === 'object' && navigator.onLine === false ? 'down' : 'up'),
  isVisible: () => typeof document === 'undefined' || document.visibilityState === 'visible',
  listen: (listener) => (typeof window === 'undefined' ? () => undefined : listenTo(listener)),
})

const listenTo = (listener: (signal: Signal) => void): (() => void) => {
  const ended = new AbortController()
  const options = { signal: ended.signal, passive: true, capture: true }
  for (const signal of WINDOW_SIGNALS)
    window.addEventListener(signal, () => listener(signal), options)
  for (const input of INPUTS) window.addEventListener(input, () => listener('input'), options)
  const seen = (): void => listener(document.visibilityState === 'visible' ? 'visible' : 'hidden')
  document.addEventListener('visibilitychange', seen, options)
  return () => ended.abort()
}
