import type { Persistence } from '../core/ports.js'

/**
 * The browser's; `undefined` where it has none, or outside of a secure context.
 * https://storage.spec.whatwg.org/#persistence
 */
export const browserPersistence = (): Persistence => {
  const storage = typeof navigator === 'object' ? (navigator.storage ?? undefined) : undefined
  return {
    isPersisted: () => settled(storage?.persisted?.()),
    ask: () => settled(storage?.persist?.()),
  }
}

const settled = (answer: Promise<boolean> | undefined): Promise<boolean | undefined> =>
  answer === undefined ? Promise.resolve(undefined) : answer.catch(() => undefined)
