export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Waits for what other processes do; throws after `timeout` milliseconds, naming it. */
export const until = async (
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeout = 30_000,
): Promise<void> => {
  const end = performance.now() + timeout
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await pause(20)
  }
}
