/** The pages that the server serves, and what a browser may do on them. */
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { HttpEnvironment, Middleware } from './ports.js'

/**
 * Scripts and styles only from files of this origin, none inline; pictures of contacts from
 * anywhere, as they have addresses of their own. `signInOrigin`: the one other origin that a page
 * may ask, '' for none. Transport security is the proxy's to promise.
 */
export const pageSecurity = (signInOrigin: string) =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'https:'],
      fontSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      connectSrc: [
        "'self'",
        (context) => webSocketsTo(context),
        ...(signInOrigin === '' ? [] : [signInOrigin]),
      ],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: false,
    strictTransportSecurity: false,
    referrerPolicy: 'no-referrer',
  })

/** Older browsers don't count WebSockets as 'self'. */
const webSocketsTo = (context: Context): string => {
  const host = context.req.header('host') ?? ''
  return /^[\w.:[\]-]+$/.test(host) ? `ws://${host} wss://${host}` : ''
}

/** Answers name people, and some hold a code or a token: no cache keeps any, the pages apart. */
export const keptNowhere: Middleware = (context, next) => {
  context.header('cache-control', 'no-store')
  return next()
}

/** Hashed files never change; pages and the service worker are asked for anew each time. */
export const servePages = (app: Hono<HttpEnvironment>, folder: string): void => {
  if (!existsSync(folder)) return
  const root = relative(process.cwd(), folder)
  const onFound = (path: string, context: Context) => {
    const hashed = /\/assets\//.test(path)
    context.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    // The same for every origin: else a browser loads a script again that it fetched ahead.
    if (hashed) context.header('vary', 'Accept-Encoding')
  }
  // The demo's build leaves them beside each file: a first visit takes a quarter of the bytes.
  const precompressed = true
  app.get('/test-client', serveStatic({ root, path: 'test-client.html', precompressed, onFound }))
  app.get('*', serveStatic({ root, precompressed, onFound }))
}
