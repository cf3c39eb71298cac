import { setTimeout as pause } from 'node:timers/promises'

export interface WaitOptions {
  /** Milliseconds. */
  readonly timeout?: number
  /** What was waited for, told when it does not come. */
  readonly message?: string | (() => string)
}

const describe = (message: WaitOptions['message']): string =>
  typeof message === 'function' ? message() : (message ?? 'a condition')

/** Waits until the condition gives something truthy, and returns that; a throw counts as "not yet". */
export const waitFor = async <T>(
  condition: () => T | Promise<T>,
  { timeout = 10_000, message }: WaitOptions = {},
): Promise<NonNullable<T>> => {
  const deadline = performance.now() + timeout
  let lastError: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value) return value
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeout} ms in vain for ${describe(message)}`, { cause: lastError })
    }
    await pause(5)
  }
}
