/**
 * Writes a team's edits as Yjs would, without a document for each page: what each key and text ends
 * with is known, and an edit names it. So a year takes a minute, and the bytes are what people send.
 */
import { CONTACTS, FIELDS, NOTES } from 'kith-shared'
import * as Y from 'yjs'
import { type ForgedStruct, forge } from '../forge.js'

type Id = [client: number, clock: number]

/** What of the mix of edits comes when the dice fall below it. */
const MIX = { field: 0.78, letters: 0.93, note: 0.96, tag: 0.998 }
const FIELD_NAMES = ['company', 'title', 'nickname', 'department', 'birthday', 'phones/home/value']
/** Long texts that people write in. */
const TEXTS = 200

export class Hands {
  readonly #random: () => number
  readonly contacts: string[] = []
  /** What was written last into each key, by root and key; and each text. */
  readonly values = new Map<string, unknown>()
  /** The item that a key holds, by root and key; and the last one of a text. */
  readonly #keys = new Map<string, Id>()
  readonly #texts = new Map<string, Id>()
  readonly #clocks = new Map<number, number>()
  #lastName = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** A document with other ids takes the place of the one that was written in. */
  read(document: Uint8Array): void {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, document)
    this.#keys.clear()
    this.#texts.clear()
    this.#clocks.clear()
    for (const root of [CONTACTS, NOTES, FIELDS]) {
      for (const [key, item] of doc.getMap(root)._map) {
        this.#keys.set(`${root} ${key}`, [item.id.client, item.id.clock])
      }
    }
    for (const root of [...doc.share.keys()].filter((name) => name.startsWith('about/'))) {
      let last = doc.getText(root)._start
      while (last?.right) last = last.right
      if (last) this.#texts.set(root, [last.lastId.client, last.lastId.clock])
    }
    doc.destroy()
  }

  /** A new contact: its name is what a person types first. */
  contact(client: number): Uint8Array {
    const id = `contact-${++this.#lastName}`
    this.contacts.push(id)
    const name = `Person ${this.#lastName} van der Berg`
    const emails = [{ id: 'e1', label: 'work', value: `person${this.#lastName}@example.com` }]
    return this.#set(client, CONTACTS, id, { name, emails, createdAt: 1_700_000_000_000 })
  }

  /** One edit as a team makes them: mostly fields, some of them again and again. */
  edit(client: number): Uint8Array {
    const dice = this.#random()
    // Some contacts are worked on more than others.
    const id = this.contacts[Math.floor(this.#random() ** 2 * this.contacts.length)] ?? ''
    if (dice < MIX.field) {
      const field = FIELD_NAMES[Math.floor(this.#random() * FIELD_NAMES.length)]
      return this.#set(client, FIELDS, `${id}/${field}`, this.#words(3))
    }
    if (dice < MIX.letters) {
      const root = `about/${this.contacts[Math.floor(this.#random() * TEXTS)]}`
      return this.#type(client, root, this.#words(1))
    }
    if (dice < MIX.note) {
      const creation = { contactId: id, body: this.#words(12), createdAt: 1_700_000_000_000 }
      return this.#set(client, NOTES, `note-${++this.#lastName}`, creation)
    }
    if (dice >= MIX.tag) return this.contact(client)
    const tag = `tag${Math.floor(this.#random() * 10)}`
    return this.#set(client, FIELDS, `${id}/tags/${tag}`, this.#random() < 0.7 ? true : null)
  }

  #set(client: number, root: string, key: string, value: unknown): Uint8Array {
    const name = `${root} ${key}`
    const origin = this.#keys.get(name)
    const clock = this.#take(client, 1)
    this.#keys.set(name, [client, clock])
    this.values.set(name, value)
    const deletes = origin
      ? [{ client: origin[0], ranges: [[origin[1], 1] as [number, number]] }]
      : []
    return this.#update(client, clock, { kind: 8, root, key, values: [value], origin }, deletes)
  }

  #type(client: number, root: string, text: string): Uint8Array {
    const origin = this.#texts.get(root)
    const clock = this.#take(client, text.length)
    this.#texts.set(root, [client, clock + text.length - 1])
    this.values.set(root, `${this.values.get(root) ?? ''}${text}`)
    return this.#update(client, clock, { kind: 4, root, text, origin }, [])
  }

  #update(
    client: number,
    clock: number,
    struct: ForgedStruct,
    deletes: { client: number; ranges: [number, number][] }[],
  ): Uint8Array {
    return forge({ blocks: [{ client, clock, structs: [struct] }], deletes })
  }

  #take(client: number, length: number): number {
    const clock = this.#clocks.get(client) ?? 0
    this.#clocks.set(client, clock + length)
    return clock
  }

  #words(count: number): string {
    const words = Array.from({ length: count }, () => Math.floor(this.#random() * 1e6).toString(36))
    return `${words.join(' ')} `
  }
}
