/** Which pages may connect and ask: those of ALLOWED_ORIGINS, else the server's own. */
import type { Config } from './config.js'

export interface Origins {
  isAllowed(origin: string): boolean
  /** The port is known only once the server listens, where any free one was asked for. */
  listensOn(port: number): void
}

export const createOrigins = ({ allowedOrigins, host }: Config): Origins => {
  let origins = new Set(allowedOrigins)
  return {
    isAllowed: (origin) => origins.has(origin),
    listensOn: (port) => {
      if (!allowedOrigins) origins = new Set(ownOrigins(host, port))
    },
  }
}

/** `localhost` and the loopback addresses are one machine, whichever the person typed. */
const ownOrigins = (host: string, port: number): string[] => {
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  const names = isLoopback ? ['localhost', '127.0.0.1', '[::1]', host] : [host]
  // As a browser writes it: without the port where that is the scheme's own.
  return names.flatMap((name) =>
    ['http', 'https'].map((scheme) => new URL(`${scheme}://${name}:${port}`).origin),
  )
}
