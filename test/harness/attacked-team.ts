/**
 * A workspace in which somebody hostile is about to act, on a real server: Ana has two devices with
 * work that she has not sent, Bo is there all the time, and Eve is a member like them.
 */
import type { Role } from 'kith-shared'
import { expect } from 'vitest'
import type * as Y from 'yjs'
import { contentsOf, expectWhole } from './gate.js'
import type { Targets } from './poison.js'
import type { TestServer } from './test-server.js'
import { connectWire, helloOf, type WireClient } from './wire-client.js'
import { Writer } from './writer.js'

export const TARGETS: Targets = { written: 10, unsent: 11, own: 66 }

/** Far below what a freeze takes (36 s undefended), and above what a busy machine needs, in ms. */
export const NOTICED = 10_000

/** Tokens of everybody; a membership is a row, so that each test can have a workspace of its own. */
export const tokensOf = async (
  server: TestServer,
): Promise<Record<'ana' | 'bo' | 'eve', string>> => ({
  ana: await server.token({ userId: 'ana' }),
  bo: await server.token({ userId: 'bo' }),
  eve: await server.token({ userId: 'eve' }),
})

type Tokens = Awaited<ReturnType<typeof tokensOf>>

export class AttackedTeam {
  readonly workspaceId: string
  readonly phone: Writer
  readonly laptop: Writer
  readonly bo: Writer
  readonly #server: TestServer
  readonly #tokens: Tokens
  readonly #eve: WireClient[] = []
  #edits = 0

  private constructor(server: TestServer, tokens: Tokens, workspaceId: string) {
    this.#server = server
    this.#tokens = tokens
    this.workspaceId = workspaceId
    this.phone = new Writer(tokens.ana, TARGETS.written)
    this.laptop = new Writer(tokens.ana, TARGETS.unsent)
    this.bo = new Writer(tokens.bo, 20)
  }

  static async gather(
    server: TestServer,
    tokens: Tokens,
    workspaceId: string,
    roleOfEve: Role = 'editor',
  ): Promise<AttackedTeam> {
    await server.query(
      `with made as (insert into workspaces (id, name, schema) values ($1, $1, 1) returning id)
       insert into workspace_members (workspace_id, user_id, role, name)
       select id, user_id, role, user_id from made,
         (values ('ana', 'editor'), ('bo', 'editor'), ('eve', $2)) as team (user_id, role)`,
      [workspaceId, roleOfEve],
    )
    const team = new AttackedTeam(server, tokens, workspaceId)
    await team.#begin()
    return team
  }

  /** Ana writes clocks 0 to 6 of her phone's id (see `Targets`), then both her devices go offline. */
  async #begin(): Promise<void> {
    const url = this.#server.workspaceUrl(this.workspaceId)
    const { phone, laptop, bo } = this
    await phone.connect(url)
    phone.edit('contact', (doc) => {
      doc.getMap('contacts').set('c1', { name: 'Ana' })
      doc.getMap('fields').set('c1/name', 'x')
      doc.getText('about/c1').insert(0, 'hello')
    })
    await phone.untilSettled()
    await laptop.connect(url)
    await bo.connect(url)
    for (const device of [phone, laptop]) device.client.cut()
    phone.edit('offline', (doc) => {
      doc.getMap('fields').set('c1/name', 'Ana, from her phone')
      doc.getText('about/c1').insert(5, ' phone')
    })
    laptop.edit('offline', (doc) => {
      doc.getMap('contacts').set('c2', { name: 'From the laptop' })
      doc.getText('about/c1').insert(0, 'laptop ')
      doc.getText('about/c1').delete(8, 2)
    })
  }

  /** Eve with Kith's own dialect, welcomed. */
  async kithEve(): Promise<WireClient> {
    const client = await this.#dial(this.#server.workspaceUrl(this.workspaceId))
    client.send(helloOf({ token: this.#tokens.eve, clientId: TARGETS.own }))
    await client.first('welcome')
    return client
  }

  /** Eve as a stock client, synced. */
  async stockEve(): Promise<WireClient> {
    const client = await this.#dial(this.#server.workspaceUrl(this.workspaceId, this.#tokens.eve))
    client.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
    await client.first('sync-step-2')
    return client
  }

  async #dial(url: string): Promise<WireClient> {
    const client = await connectWire(url)
    this.#eve.push(client)
    return client
  }

  /** An edit of Bo's, on the connection that he has had all the time; gives how long its ack took. */
  async boEdits(): Promise<number> {
    const started = performance.now()
    this.bo.edit('online', (doc) => doc.getMap('fields').set('c1/title', `title ${++this.#edits}`))
    await this.bo.untilSettled()
    return performance.now() - started
  }

  async rowsBy(author: string): Promise<number> {
    const [row] = await this.#server.query<{ count: string }>(
      'select count(*) from journal where workspace_id = $1 and author_id = $2',
      [this.workspaceId, author],
    )
    return Number(row?.count)
  }

  /** What Ana wrote offline merges, Bo was never disturbed, and all see what a fresh replica sees. */
  async expectUnharmed(): Promise<void> {
    expect(this.bo.client.isOpen).toBe(true)
    expect(await this.boEdits()).toBeLessThan(NOTICED)
    const url = this.#server.workspaceUrl(this.workspaceId)
    for (const device of [this.phone, this.laptop]) {
      await device.connect(url)
      await device.untilSettled()
    }
    const fresh = new Writer(this.#tokens.bo)
    const { head } = await fresh.connect(url)
    const replicas = [this.phone, this.laptop, this.bo, fresh]
    for (const replica of replicas) {
      await replica.untilSeq(head)
      expect(replica.rejects).toEqual([])
      expectWhole(replica.doc, 'what came')
      expect(contentsOf(replica.doc)).toBe(contentsOf(fresh.doc))
    }
    expectAnasWork(fresh.doc)
    fresh.client.cut()
    this.leave()
  }

  leave(): void {
    for (const client of [this.phone, this.laptop, this.bo].map((writer) => writer.client)) {
      client.cut()
    }
    for (const client of this.#eve) client.cut()
  }
}

const expectAnasWork = (doc: Y.Doc): void => {
  const text = doc.getText('about/c1').toString()
  expect(text).toContain('laptop ')
  expect(text).toContain(' phone')
  expect(doc.getMap('contacts').toJSON()).toMatchObject({
    c1: { name: 'Ana' },
    c2: { name: 'From the laptop' },
  })
  expect(doc.getMap('fields').get('c1/name')).toBe('Ana, from her phone')
}
