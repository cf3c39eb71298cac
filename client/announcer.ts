/**
 * My presence, for the others to see: present, idle or away; in which field; typing.
 *
 * The connection decides who is here: states of others go when it ends, so `Awareness` needs no
 * timers of its own, and the one that it starts is stopped at once.
 */
import { type AwarenessEntry, encodeAwarenessStates, type PresenceStatus } from 'kith-shared'
import { type Awareness, applyAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness'
import type { Signal, Signals } from './core/ports.js'

/** Without a key or a pointer for this long, in milliseconds. */
const IDLE = 60_000
/** After the last key. */
const TYPING = 3_000
/** At most 25 frames a second; the last one always goes. */
const FRAME = 40
/** A stock client forgets who has said nothing for 30 s (y-protocols, `outdatedTimeout`). */
const RENEW = 15_000

interface AwarenessChange {
  added: number[]
  updated: number[]
  removed: number[]
}

export class Announcer {
  readonly #awareness: Awareness
  readonly #signals: Signals
  readonly #send: (entry: AwarenessEntry) => void
  #cancelIdle: () => void = nothing
  #cancelTyping: () => void = nothing
  #cancelRenewal: () => void = nothing
  #cancelFrame: (() => void) | undefined
  #sentAt = Number.NEGATIVE_INFINITY
  #connection: 'away' | 'here' = 'away'

  constructor(awareness: Awareness, signals: Signals, send: (entry: AwarenessEntry) => void) {
    this.#awareness = awareness
    this.#signals = signals
    this.#send = send
  }

  start(): void {
    clearInterval(this.#awareness._checkInterval)
    this.#awareness.setLocalState({
      status: this.#presentStatus(),
      editing: null,
      typing: false,
      ...this.#awareness.getLocalState(),
    })
    this.#awareness.on('update', this.#updated)
    this.#waitForIdle()
  }

  close(): void {
    this.left()
    this.#cancelIdle()
    this.#cancelTyping()
    this.#awareness.off('update', this.#updated)
    this.#awareness.destroy()
  }

  /** Welcomed: shown at once, and again from time to time. */
  arrived(): void {
    this.#connection = 'here'
    this.#renew()
  }

  /** The connection is gone, and with it all word of the others. */
  left(): void {
    this.#connection = 'away'
    this.#cancelRenewal()
    this.#cancelFrame?.()
    this.#cancelFrame = undefined
    const { clientID, states, meta } = this.#awareness
    const others = [...states.keys()].filter((id) => id !== clientID)
    removeAwarenessStates(this.#awareness, others, 'connection')
    // Their clocks too: who has not moved meanwhile comes again with the same one, and would be
    // taken for known, unseen until their next renewal.
    for (const id of others) meta.delete(id)
  }

  /** What the server says of others; what is no JSON is nobody's. */
  receive(states: readonly AwarenessEntry[]): void {
    const readable = states.filter(({ json }) => isJson(json))
    applyAwarenessUpdate(this.#awareness, encodeAwarenessStates(readable), 'connection')
  }

  signal(signal: Signal): void {
    switch (signal) {
      case 'input':
      case 'visible':
      case 'pageshow':
        this.#setStatus(this.#presentStatus())
        this.#waitForIdle()
        return
      case 'hidden':
      case 'pagehide':
        this.#cancelIdle()
        this.#setStatus('away')
        return
      default:
        return
    }
  }

  setEditing(editing: { contactId: string; field: string } | null): void {
    const state = this.#awareness.getLocalState()
    if (state === null) return
    const isSame = JSON.stringify(state.editing ?? null) === JSON.stringify(editing)
    if (!isSame) this.#set({ editing, typing: false })
  }

  setTyping(contactId: string, field: string, isTyping: boolean): void {
    this.#cancelTyping()
    this.#cancelTyping = nothing
    const state = this.#awareness.getLocalState()
    if (state === null) return
    if (!isTyping) {
      if (state.typing === true) this.#set({ typing: false })
      return
    }
    this.#cancelTyping = this.#signals.setTimer(() => this.#set({ typing: false }), TYPING)
    const editing = { contactId, field }
    const isSame = JSON.stringify(state.editing) === JSON.stringify(editing)
    if (!isSame || state.typing !== true) this.#set({ editing, typing: true })
  }

  #set(fields: Record<string, unknown>): void {
    const state = this.#awareness.getLocalState()
    if (state !== null) this.#awareness.setLocalState({ ...state, ...fields })
  }

  #presentStatus(): PresenceStatus {
    return this.#signals.isVisible() ? 'online' : 'away'
  }

  #setStatus(status: PresenceStatus): void {
    if (this.#awareness.getLocalState()?.status !== status) this.#set({ status })
  }

  #waitForIdle(): void {
    this.#cancelIdle()
    this.#cancelIdle = this.#signals.setTimer(() => {
      if (this.#awareness.getLocalState()?.status === 'online') this.#setStatus('idle')
    }, IDLE)
  }

  /** Setting the same state again raises its clock, which is what a renewal is. */
  #renew(): void {
    this.#cancelRenewal()
    this.#cancelRenewal = this.#signals.setTimer(() => this.#renew(), RENEW)
    this.#set({})
  }

  /**
   * Also where the server took my state away: y-protocols has then raised the clock past the
   * removal, and I show myself again.
   */
  readonly #updated = ({ added, updated, removed }: AwarenessChange): void => {
    const { clientID } = this.#awareness
    if (![added, updated, removed].some((ids) => ids.includes(clientID))) return
    if (this.#connection === 'away' || this.#cancelFrame !== undefined) return
    // A clock that was set back must not silence me.
    const wait = Math.min(FRAME, this.#sentAt + FRAME - this.#signals.now())
    if (wait <= 0) this.#sendNow()
    else this.#cancelFrame = this.#signals.setTimer(() => this.#sendNow(), wait)
  }

  #sendNow(): void {
    this.#cancelFrame = undefined
    this.#sentAt = this.#signals.now()
    const { clientID, meta } = this.#awareness
    const clock = meta.get(clientID)?.clock ?? 0
    const json = JSON.stringify(this.#awareness.getLocalState())
    this.#send({ clientId: clientID, clock, json })
  }
}

const nothing = (): void => undefined

const isJson = (json: string): boolean => {
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}
