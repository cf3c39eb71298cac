/** An entry of its own, so that who does without the stock provider needs no y-websocket. */
import { WebsocketProvider } from 'y-websocket'
import type * as Y from 'yjs'
import { workspacesUrl } from './edge/urls.js'

/** For `createWebsocketProvider`. */
export interface WebsocketProviderOptions {
  /** Base of the server, `http(s)://` or `ws(s)://`. */
  url: string
  workspaceId: string
  doc: Y.Doc
  /** Travels as `?token=`; set `provider.params.token` before it expires. */
  token: string
  /** The rest as y-websocket takes it, e.g. `connect`, `awareness`, `WebSocketPolyfill`. */
  provider?: Omit<
    NonNullable<ConstructorParameters<typeof WebsocketProvider>[3]>,
    'params' | 'disableBc'
  >
}

/**
 * The stock y-websocket provider for a Kith server, for editors that want a plain Yjs provider: no
 * acknowledgements, no storage, no status. Its own BroadcastChannel stays off, since two users of
 * one browser must not share one.
 */
export const createWebsocketProvider = (options: WebsocketProviderOptions): WebsocketProvider =>
  new WebsocketProvider(workspacesUrl(options.url), options.workspaceId, options.doc, {
    ...options.provider,
    params: { token: options.token },
    disableBc: true,
  })
