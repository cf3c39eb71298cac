/**
 * Which look-up is next: what somebody waits for first, then what is merely due; few at a time, and
 * while the store is away one at a time, further and further apart. It holds each check once.
 */

/** Look-ups in flight. The pool has 16 connections by default, and commits need theirs. */
export const MAX_IN_FLIGHT = 8
/** The pauses between tries while the store is away, in milliseconds. */
const FIRST_PAUSE = 250
const LAST_PAUSE = 4_000

export type Urgency = 'urgent' | 'routine'

export class CheckQueue<Check> {
  /** Insertion order is the order of asking. */
  readonly #waiting: Record<Urgency, Set<Check>> = { urgent: new Set(), routine: new Set() }
  #inFlight = 0
  #away: { pause: number; tryAt: number } | undefined

  /** Known not to answer, and not to be tried yet. */
  isAway(now: number): boolean {
    return this.#away !== undefined && (now < this.#away.tryAt || this.#inFlight > 0)
  }

  /** Safe twice; what waits may become urgent. */
  add(check: Check, urgency: Urgency): void {
    if (urgency === 'routine' && this.#waiting.urgent.has(check)) return
    this.#waiting.routine.delete(check)
    this.#waiting[urgency].add(check)
  }

  remove(check: Check): void {
    this.#waiting.urgent.delete(check)
    this.#waiting.routine.delete(check)
  }

  /** The check to ask for now, if any; it counts as in flight until `answered`. */
  next(now: number): Check | undefined {
    if (this.#inFlight >= MAX_IN_FLIGHT || this.isAway(now)) return undefined
    for (const checks of [this.#waiting.urgent, this.#waiting.routine]) {
      for (const check of checks) {
        checks.delete(check)
        this.#inFlight++
        return check
      }
    }
    return undefined
  }

  answered(now: number, answer: 'there' | 'away'): void {
    this.#inFlight--
    if (answer === 'there') {
      this.#away = undefined
      return
    }
    // Answers of one outage that were in flight together are one failed try.
    if (this.#away && now < this.#away.tryAt) return
    const pause = this.#away ? Math.min(this.#away.pause * 2, LAST_PAUSE) : FIRST_PAUSE
    this.#away = { pause, tryAt: now + pause }
  }
}
