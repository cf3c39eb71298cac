/**
 * Runs what is not ours, such as an app's listener, where its failure must not end our own work.
 * What it throws is thrown again in a microtask of its own, so that the page's `error` event and
 * Node's `uncaughtException` still tell of it.
 */
export const isolate = (act: () => void): void => {
  try {
    act()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
