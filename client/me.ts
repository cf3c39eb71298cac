import { mayWrite, type Notice, SCHEMA_VERSION, type Welcome } from 'kith-shared'
import type { Self } from './api.js'
import type { Profile } from './core/ports.js'

/** Who I am here, what the workspace is called and made of, by the last word of a server. */
export class Me {
  readonly #became: (profile: Profile) => void
  #self: Self | undefined
  #workspaceName = ''
  #schema = 0

  /** `became` hears what a server says. */
  constructor(became: (profile: Profile) => void) {
    this.#became = became
  }

  get self(): Self | undefined {
    return this.#self
  }

  get workspaceName(): string {
    return this.#workspaceName
  }

  /** Everybody, until a server has said otherwise. A page that is too old would write what is no more. */
  get mayEdit(): boolean {
    const mayWriteHere = this.#self === undefined || mayWrite(this.#self.role)
    return mayWriteHere && this.#schema <= SCHEMA_VERSION
  }

  /** What the device remembers; whether it counts, since a server may have spoken meanwhile. */
  remember({ self, workspaceName, schema }: Profile): boolean {
    if (this.#self !== undefined) return false
    this.#self = self
    this.#workspaceName = workspaceName
    this.#schema = schema ?? 0
    return true
  }

  welcomed({ user, role, workspaceName, schema }: Welcome): void {
    this.#schema = schema
    this.#is({ ...user, role }, workspaceName)
  }

  notice(notice: Extract<Notice, { notice: 'role-changed' | 'workspace-renamed' }>): void {
    const isRole = notice.notice === 'role-changed'
    const name = isRole ? this.#workspaceName : notice.name
    this.#workspaceName = name
    if (this.#self === undefined) return
    this.#is(isRole ? { ...this.#self, role: notice.role } : this.#self, name)
  }

  #is(self: Self, workspaceName: string): void {
    this.#self = self
    this.#workspaceName = workspaceName
    this.#became({ self, workspaceName, schema: this.#schema })
  }
}
