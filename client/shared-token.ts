import { unreachable } from 'kith-shared'
import type { TokenRequest } from './api.js'
import type { Signals, TabMessage, Tabs, TokenMessage } from './core/ports.js'
import {
  type DeskEffect,
  type DeskEvent,
  emptyDesk,
  stepDesk,
  type TokenReason,
} from './core/token-desk.js'

export interface SharedTokenParts {
  userId: string
  tabs: Tabs
  signals: Signals
  getToken: (request: TokenRequest) => string | Promise<string>
  answered: (ask: number, token: string) => void
  failed: (ask: number, cause: unknown) => void
  /** Another tab has got one that nobody here has asked for. */
  thereIsOne: () => void
}

type Stripped<Event> = Event extends unknown ? Omit<Event, 'now' | 'random'> : never

/** Gives the desk its turns, its timer and the app's `getToken`. */
export class SharedToken {
  readonly #parts: SharedTokenParts
  #desk = emptyDesk
  #endTurn: () => void = nothing
  #clearTimer: () => void = nothing
  #calling: AbortController | undefined

  constructor(parts: SharedTokenParts) {
    this.#parts = parts
  }

  /** Answered once, by `answered` or `failed`, unless another question or `forget` comes first. */
  ask(ask: number, reason: TokenReason): void {
    this.#step({ type: 'ask', ask, reason })
  }

  forget(): void {
    this.#step({ type: 'forget' })
  }

  hear(message: TokenMessage): void {
    this.#step({ type: 'heard', message })
  }

  #step(event: Stripped<DeskEvent>): void {
    const { signals, userId } = this.#parts
    // Each member of the union gets the fields back that `Stripped` took from it.
    const whole = { ...event, now: signals.now(), random: signals.random() } as DeskEvent
    const { desk, effects } = stepDesk(this.#desk, whole, userId)
    this.#desk = desk
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: DeskEffect): void {
    const { tabs, signals, answered, failed, thereIsOne } = this.#parts
    switch (effect.type) {
      case 'take-turn':
        this.#endTurn()
        this.#endTurn = tabs.takeTurn('token', () => this.#step({ type: 'turn' }))
        return
      case 'end-turn':
        return this.#passOn(effect.after)
      case 'call':
        return void this.#call(effect.ask, effect.reason)
      case 'abort':
        this.#calling?.abort()
        this.#calling = undefined
        return
      case 'answer':
        return answered(effect.ask, effect.token)
      case 'fail':
        return failed(effect.ask, effect.cause)
      case 'post':
        return tabs.post(effect.message)
      case 'set-timer':
        this.#clearTimer()
        this.#clearTimer = signals.setTimer(() => this.#step({ type: 'overdue' }), effect.delay)
        return
      case 'clear-timer':
        return this.#clearTimer()
      case 'there-is-one':
        return thereIsOne()
      default:
        unreachable(effect)
    }
  }

  #passOn(after: number): void {
    const end = this.#endTurn
    this.#endTurn = nothing
    if (after === 0) end()
    else this.#parts.signals.setTimer(end, after)
  }

  async #call(ask: number, reason: TokenReason): Promise<void> {
    const calling = new AbortController()
    this.#calling = calling
    try {
      const token = await this.#parts.getToken({ reason, signal: calling.signal })
      this.#step({ type: 'got', ask, token })
    } catch (cause) {
      this.#step({ type: 'failed', ask, cause })
    }
  }
}

const nothing = (): void => undefined

/** The same tabs, whose talk of tokens goes to `hear` alone. */
export const withoutTokenTalk = (tabs: Tabs, hear: (message: TokenMessage) => void): Tabs => ({
  ...tabs,
  start: (owner, listener) => {
    tabs.start(owner, (message) => {
      if (isTokenMessage(message)) hear(message)
      else listener(message)
    })
  },
})

const isTokenMessage = (message: TabMessage): message is TokenMessage => {
  const { type } = message
  return type === 'token' || type === 'token-asked' || type === 'token-refused'
}
