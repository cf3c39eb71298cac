import type { TokenRequest } from 'kith-client'
import { NoToken } from './dev-token.js'

export interface TokenPorts {
  /**
   * `isAnotherWanted`: the one before does not do any more. '' for who is signed out.
   *
   * @throws NoToken
   */
  fetchToken(signal: AbortSignal, isAnotherWanted: boolean): Promise<string>
  /** Whether the server lets this token's user into the open workspace; `undefined`: not known. */
  isMember(token: string, signal: AbortSignal): Promise<boolean | undefined>
}

/** One person's tokens, for the connection and for HTTP. */
export class TokenSource {
  readonly #ports: TokenPorts
  #last: string | undefined

  constructor(ports: TokenPorts) {
    this.#ports = ports
  }

  /**
   * For the connection. Who was removed gets the refused token again, which ends its tries: another
   * one would be refused just so, and the screen would flicker between "denied" and "connecting".
   */
  readonly getToken = async ({ reason, signal }: TokenRequest): Promise<string> => {
    const refused = this.#last
    const token = await this.#fetch(signal, reason !== 'connect').catch(signedOut)
    if (reason !== 'refused' || refused === undefined) return token
    if ((await this.#ports.isMember(token, signal)) !== false) return token
    this.#last = refused
    return refused
  }

  /**
   * For a request. The last one goes on until the server refuses it.
   *
   * @throws NoToken
   */
  async bearer(signal: AbortSignal, refused?: string): Promise<string> {
    if (this.#last !== undefined && this.#last !== refused) return this.#last
    return await this.#fetch(signal, refused !== undefined)
  }

  async #fetch(signal: AbortSignal, isAnotherWanted: boolean): Promise<string> {
    const token = await this.#ports.fetchToken(signal, isAnotherWanted)
    this.#last = token
    return token
  }
}

/** A connection goes on asking whoever throws: one that is refused asks to sign in. */
const signedOut = (error: unknown): string => {
  if (error instanceof NoToken && error.reason === 'refused') return ''
  throw error
}
