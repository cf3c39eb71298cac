/** What Lighthouse tells of a start: https://web.dev/articles/tti and https://web.dev/articles/tbt */

/** Milliseconds since the navigation began. */
export interface Task {
  readonly start: number
  readonly end: number
}

/** Of the main thread: a task is long from here on, and the rest of it blocks. */
const LONG = 50
/** Without a long task after it, the page was interactive before. */
export const QUIET = 5_000

/** The end of the last long task before five quiet seconds, and not before the first contents. */
export const interactiveAt = (firstContents: number, longTasks: readonly Task[]): number => {
  let at = firstContents
  for (const { start, end } of longTasks) {
    if (start - at >= QUIET) break
    at = Math.max(at, end)
  }
  return at
}

/** How long tasks held up whoever would have used the page in between. */
export const blockingTime = (
  firstContents: number,
  interactive: number,
  longTasks: readonly Task[],
): number => {
  const parts = longTasks.map(({ start, end }) => {
    const within = Math.min(end, interactive) - Math.max(start, firstContents)
    return Math.max(0, within - LONG)
  })
  return parts.reduce((sum, part) => sum + part, 0)
}
