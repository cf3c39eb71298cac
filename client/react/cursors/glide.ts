export interface Point {
  readonly x: number
  readonly y: number
}

/** Milliseconds in which a gliding caret comes 63 % nearer. */
const PACE = 35
/** Pixels; nearer than this it is there. */
const NEAR = 0.5

/** Where a caret is, `elapsed` milliseconds after it was at `from`; exactly `to` once it is there. */
export const glide = (from: Point, to: Point, elapsed: number): Point => {
  const left = Math.exp(-Math.max(0, elapsed) / PACE)
  const x = to.x + (from.x - to.x) * left
  const y = to.y + (from.y - to.y) * left
  return Math.abs(x - to.x) < NEAR && Math.abs(y - to.y) < NEAR ? to : { x, y }
}

export const isSamePoint = (a: Point, b: Point): boolean => a.x === b.x && a.y === b.y

/** Milliseconds that the name beside a caret stands after the caret has moved. */
export const LABEL_STANDS = 2_000

/** When the name of a caret that moved at `movedAt` fades. */
export const isLabelShown = (movedAt: number, now: number): boolean => now - movedAt < LABEL_STANDS
