/** People elsewhere who edit what a page shows: stock clients in this process, each with its document. */
import type { ContactId } from 'kith-shared'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { ServerProcess } from '../../test/harness/server-process.js'
import { beginBeat } from '../drivers/beat.js'
import { until } from '../drivers/until.js'

const JOIN_TIME = 60_000

interface Person {
  readonly doc: Y.Doc
  readonly provider: WebsocketProvider
}

export interface CrowdParams {
  workspace: string
  people: number
  /** Edits a second of each. */
  perSecond: number
  /** Whose companies they write, one after the other. */
  ids: readonly ContactId[]
}

/** Resolves once all are in; the handle ends them. */
export const startCrowd = async (
  server: ServerProcess,
  { workspace, people, perSecond, ids }: CrowdParams,
): Promise<{ close(): void }> => {
  const crowd: Person[] = []
  // Each provider listens for the end of the process.
  process.setMaxListeners(people + 20)
  for (let n = 0; n < people; n++) crowd.push(await enter(server, workspace, `Colleague ${n}`))
  let edits = 0
  const stop = beginBeat(people, perSecond, (n) => {
    const person = crowd[n]
    const id = ids[(edits * 7 + n) % ids.length]
    if (person === undefined || id === undefined) return
    edits++
    person.provider.awareness.setLocalStateField('editing', { contactId: id, field: 'company' })
    person.doc.getMap('fields').set(`${id}/company`, `Edit ${edits}`)
  })
  return {
    close: () => {
      stop()
      for (const { provider, doc } of crowd) {
        provider.destroy()
        doc.destroy()
      }
    },
  }
}

const enter = async (server: ServerProcess, workspaceId: string, name: string): Promise<Person> => {
  const userId = name.replace(' ', '-').toLowerCase()
  const token = await server.token({ userId, name, workspaceId, role: 'editor' })
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`${server.wsUrl}/ws/workspace`, workspaceId, doc, {
    params: { token },
    disableBc: true,
    // The part of a browser's that the provider uses is the same.
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
  })
  provider.awareness.setLocalState({ status: 'online' })
  await until(`${name} to be in`, () => provider.synced, JOIN_TIME)
  return { doc, provider }
}
