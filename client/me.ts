import type { Notice, Welcome } from 'kith-shared'
import type { Self } from './api.js'
import type { Profile } from './core/ports.js'

/** Who I am here and what the workspace is called, by the last word of a server. */
export class Me {
  readonly #became: (profile: Profile) => void
  #self: Self | undefined
  #workspaceName = ''

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

  /** What the device remembers; whether it counts, since a server may have spoken meanwhile. */
  remember({ self, workspaceName }: Profile): boolean {
    if (this.#self !== undefined) return false
    this.#self = self
    this.#workspaceName = workspaceName
    return true
  }

  welcomed({ user, role, workspaceName }: Welcome): void {
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
    this.#became({ self, workspaceName })
  }
}
