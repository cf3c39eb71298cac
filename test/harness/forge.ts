/** Updates as an attacker writes them: any struct, byte by byte (the wire: shared/update/scan.ts). */
import * as encoding from 'lib0/encoding'

export interface ForgedStruct {
  /** Kind of content: 0 GC, 1 deleted, 2 JSON, 3 binary, 4 string, 5 embed, 6 format, 7 type, 8 any, 9 doc, 10 skip. */
  kind: number
  origin?: [client: number, clock: number] | undefined
  right?: [client: number, clock: number] | undefined
  root?: string
  parent?: [client: number, clock: number]
  key?: string
  /** Deleted, GC and skip: their length. */
  length?: number
  text?: string
  values?: unknown[]
  /** Content as raw bytes, for kinds that a flat document never has. */
  raw?: number[]
}

export interface ForgedUpdate {
  blocks?: { client: number; clock?: number; structs: ForgedStruct[]; count?: number }[]
  deletes?: { client: number; ranges: [clock: number, length: number][] }[]
}

export const forge = ({ blocks = [], deletes = [] }: ForgedUpdate): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, blocks.length)
  for (const { client, clock = 0, structs, count = structs.length } of blocks) {
    encoding.writeVarUint(to, count)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, clock)
    for (const struct of structs) writeStruct(to, struct)
  }
  encoding.writeVarUint(to, deletes.length)
  for (const { client, ranges } of deletes) {
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, ranges.length)
    for (const [clock, length] of ranges) {
      encoding.writeVarUint(to, clock)
      encoding.writeVarUint(to, length)
    }
  }
  return encoding.toUint8Array(to)
}

const writeId = (to: encoding.Encoder, [client, clock]: [number, number]): void => {
  encoding.writeVarUint(to, client)
  encoding.writeVarUint(to, clock)
}

const writeStruct = (to: encoding.Encoder, struct: ForgedStruct): void => {
  const { kind, origin, right, root, parent, key } = struct
  const flags = (origin ? 0x80 : 0) | (right ? 0x40 : 0) | (key === undefined ? 0 : 0x20)
  encoding.writeUint8(to, kind | flags)
  if (kind === 0 || kind === 10) return encoding.writeVarUint(to, struct.length ?? 1)
  if (origin) writeId(to, origin)
  if (right) writeId(to, right)
  if (!origin && !right) {
    encoding.writeVarUint(to, parent ? 0 : 1)
    if (parent) writeId(to, parent)
    else encoding.writeVarString(to, root ?? 'fields')
    if (key !== undefined) encoding.writeVarString(to, key)
  }
  writeContent(to, struct)
}

const writeContent = (to: encoding.Encoder, struct: ForgedStruct): void => {
  if (struct.raw) encoding.writeUint8Array(to, new Uint8Array(struct.raw))
  else if (struct.kind === 1) encoding.writeVarUint(to, struct.length ?? 1)
  else if (struct.kind === 4) encoding.writeVarString(to, struct.text ?? 'x')
  else {
    const values = struct.values ?? ['x']
    encoding.writeVarUint(to, values.length)
    for (const value of values) encoding.writeAny(to, value as never) // whatever a hostile peer sends
  }
}

/** Structs such as a document has: a field, a contact's creation, letters. */
export const field = (key: string, value: unknown = 'x'): ForgedStruct => ({
  kind: 8,
  root: 'fields',
  key,
  values: [value],
})

export const contact = (key: string): ForgedStruct => ({
  kind: 8,
  root: 'contacts',
  key,
  values: [{ name: 'Ana' }],
})

export const letters = (text: string, root = 'about/c1'): ForgedStruct => ({ kind: 4, root, text })
