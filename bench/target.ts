/** What a driver must know of a server, as it goes from process to process. */
export type Dialect = 'kith' | 'bare' | 'stock' | 'hocuspocus'

export interface Target {
  dialect: Dialect
  port: number
  serverPid: number
  /** The process of PostgreSQL that the others are under; absent where there is none. */
  databasePid?: number
  /** Signs tokens of the run; Kith alone looks at them. */
  secret: string
}

/** Users of the run, by number; each is an editor of every workspace. */
export const USERS = 100
export const userId = (n: number): string => `user-${n % USERS}`
