import type { Whereabouts } from './whereabouts.js'

type States = ReadonlyMap<number, Readonly<Record<string, unknown>>>

/** Pixels between a caret that was brought into sight and the edge of its text. */
const ROOM = 24

/**
 * Scrolls a text so far that the caret of this person is in sight in it. The mark that
 * `<CursorTracker>` draws stands at its place also where the text has scrolled it away.
 *
 * @returns whether there is one: a text that is still on its way into sight has none yet
 */
export const showCaret = (
  states: States,
  userId: string,
  { contactId, field }: Whereabouts,
): boolean => {
  const key = CSS.escape(`${contactId}/${field ?? ''}`)
  const text = document.querySelector(`[data-kith-field="${key}"]`)
  const marks = document.querySelectorAll<HTMLElement>(`.kith-caret[data-field="${key}"]`)
  const caret = Array.from(marks).find(
    ({ dataset }) => userOf(states.get(Number(dataset.client))) === userId,
  )
  if (caret === undefined || text === null) return false
  const [inner, outer] = [caret.getBoundingClientRect(), text.getBoundingClientRect()]
  text.scrollTop += beyond(inner.top, inner.bottom, outer.top, outer.bottom)
  text.scrollLeft += beyond(inner.left, inner.right, outer.left, outer.right)
  return true
}

/** How far something lies out of a range; 0 within it. */
const beyond = (from: number, to: number, low: number, high: number): number =>
  Math.min(0, from - low - ROOM / 4) + Math.max(0, to - high + ROOM)

const userOf = (state: Readonly<Record<string, unknown>> | undefined): unknown => {
  const user = state?.user
  return typeof user === 'object' && user !== null && 'id' in user ? user.id : undefined
}
