import { decodeServerMessage, encodeMessage, MAX_EARLIER_IDS } from 'kith-shared'
import { step } from './core/connection.js'
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  initialConnection,
  type Moment,
  type Settings,
  type Timer,
} from './core/connection-state.js'
import { hasSlept, isDueForUser } from './core/liveness.js'
import type { OpenSocket, Signals, Socket } from './core/ports.js'
import type { TokenReason } from './core/token-desk.js'

/** What a connection does not do itself: everything that concerns the document. */
export type SyncEffect = Exclude<
  ConnectionEffect,
  {
    type: 'ask-token' | 'forget-token' | 'open' | 'close' | 'send' | 'set-timer' | 'clear-timer'
  }
>

export interface ConnectionParts {
  url: string
  settings: Settings
  signals: Signals
  openSocket: OpenSocket
  /** What comes of a question is told by the events `token` and `token-failed`. */
  tokens: { ask(ask: number, reason: TokenReason): void; forget(): void }
  /** Client ids of earlier loads with unsent work. */
  earlierIds: () => number[]
  /** The oldest epoch in which work was written that waits. */
  unsentEpoch: () => number | undefined
  perform: (effect: SyncEffect) => void
  /** After events, once their effects are performed. */
  onChange: () => void
}

type Stripped<Event> = Event extends unknown ? Omit<Event, keyof Moment> : never
/** An event without its moment, which is added here. */
export type PlainEvent = Stripped<ConnectionEvent>

/** Gives the state machine its socket, its timers and its tokens. */
export class ConnectionRunner {
  readonly #parts: ConnectionParts
  readonly #timers = new Map<Timer, () => void>()
  #state: Connection
  #socket: Socket | undefined
  readonly #events: PlainEvent[] = []
  #isStepping = false

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#state = initialConnection(parts.signals.network())
  }

  get state(): Connection {
    return this.#state
  }

  /** Somebody uses the page, perhaps sixty times a second: most often there is nothing to do. */
  used(): void {
    const { signals, settings } = this.#parts
    const now = signals.now()
    if (hasSlept(this.#state, now) || isDueForUser(this.#state, now, settings)) {
      this.dispatch({ type: 'activity' })
    }
  }

  /** What happens while effects are performed waits until they all are. */
  dispatch(event: PlainEvent): void {
    this.#events.push(event)
    if (this.#isStepping) return
    this.#isStepping = true
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        this.#step(next)
      }
    } finally {
      this.#isStepping = false
    }
    this.#parts.onChange()
  }

  #step(event: PlainEvent): void {
    const { signals, settings } = this.#parts
    const moment: Moment = {
      now: signals.now(),
      random: signals.random(),
      unsent: this.#socket?.bufferedAmount ?? 0,
      isVisible: signals.isVisible(),
    }
    // Each member of the union gets the fields back that `Stripped` took from it.
    const whole = { ...event, ...moment } as ConnectionEvent
    const { state, effects } = step(this.#state, whole, settings)
    this.#state = state
    for (const effect of effects) this.#perform(effect)
  }

  /** Sends on the present socket; only within a session. */
  send(message: Parameters<typeof encodeMessage>[0]): void {
    this.#socket?.send(encodeMessage(message))
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'ask-token':
        return this.#parts.tokens.ask(effect.ask, effect.reason)
      case 'forget-token':
        return this.#parts.tokens.forget()
      case 'open':
        return this.#open(effect.socket)
      case 'close': {
        this.#socket?.close(effect.code, effect.text)
        this.#socket = undefined
        return
      }
      case 'send':
        return this.send(effect.message)
      case 'set-timer':
        return this.#setTimer(effect.timer, effect.delay)
      case 'clear-timer':
        return this.#clearTimer(effect.timer)
      default:
        return this.#parts.perform(effect)
    }
  }

  #open(socket: number): void {
    try {
      this.#socket = this.#openAs(socket)
    } catch {
      // As where the page is secure and the server's address is not.
      this.dispatch({ type: 'closed', socket, code: 1006, text: '' })
    }
  }

  #openAs(socket: number): Socket {
    return this.#parts.openSocket(this.#parts.url, {
      opened: () => {
        const earlierIds = this.#parts.earlierIds().slice(0, MAX_EARLIER_IDS)
        const unsentEpoch = this.#parts.unsentEpoch()
        this.dispatch({ type: 'opened', socket, earlierIds, unsentEpoch })
      },
      frame: (bytes) => this.#frame(socket, bytes),
      textFrame: () => this.dispatch({ type: 'broken-frame', socket }),
      closed: (code, text) => this.dispatch({ type: 'closed', socket, code, text }),
    })
  }

  #frame(socket: number, bytes: Uint8Array): void {
    const decoded = decodeServerMessage(bytes)
    if (decoded.ok) this.dispatch({ type: 'message', socket, message: decoded.message })
    else this.dispatch({ type: 'broken-frame', socket })
  }

  #setTimer(timer: Timer, delay: number): void {
    this.#clearTimer(timer)
    const fire = (): void => {
      this.#timers.delete(timer)
      this.dispatch({ type: 'timer', timer })
    }
    this.#timers.set(timer, this.#parts.signals.setTimer(fire, delay))
  }

  #clearTimer(timer: Timer): void {
    this.#timers.get(timer)?.()
    this.#timers.delete(timer)
  }
}
