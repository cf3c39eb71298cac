/**
 * Cuts an update into several that each stay below a size and can be applied one after the other
 * without a gap: applied in order, they sum up to the whole.
 *
 * 1. Structs keep their order, and come after those of the same update that they point at.
 * 2. A string that alone is too long is cut between two characters, as Yjs cuts an item.
 * 3. Deletes come last, since they may name anything before them.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

type Struct = ReturnType<typeof Y.decodeUpdate>['structs'][number]

interface Range {
  client: number
  clock: number
  len: number
}

/** Client, count and clock of a block, and the empty delete set. */
const BLOCK_BYTES = 24
const RANGE_BYTES = 24

export const splitUpdate = (update: Uint8Array, maxBytes: number): Uint8Array[] => {
  if (update.length <= maxBytes) return [update]
  const { structs, ds } = Y.decodeUpdate(update)
  const parts = packStructs(inOrder(structs), maxBytes)
  const ranges: Range[] = []
  for (const [client, deletes] of ds.clients) {
    for (const { clock, len } of deletes) ranges.push({ client, clock, len })
  }
  const perPart = Math.max(1, Math.floor((maxBytes - BLOCK_BYTES) / RANGE_BYTES))
  for (let at = 0; at < ranges.length; at += perPart) {
    parts.push(encodePart([], ranges.slice(at, at + perPart)))
  }
  return parts
}

/** Rule 1. What points at something that never comes is left for the end, as it was. */
const inOrder = (structs: readonly Struct[]): Struct[] => {
  const queues = new Map<number, { structs: Struct[]; at: number; from: number; until: number }>()
  for (const struct of structs) {
    const { client, clock } = struct.id
    const queue = queues.get(client) ?? { structs: [], at: 0, from: clock, until: clock }
    queue.structs.push(struct)
    queues.set(client, queue)
  }
  const isThere = (id: Y.ID | null | undefined): boolean => {
    const queue = id ? queues.get(id.client) : undefined
    return !id || !queue || id.clock < queue.until || queue.at >= queue.structs.length
  }
  const ordered: Struct[] = []
  for (let before = -1; before < ordered.length; ) {
    before = ordered.length
    for (const queue of queues.values()) {
      for (let next = queue.structs[queue.at]; next !== undefined; ) {
        if (next instanceof Y.Item && !(isThere(next.origin) && isThere(next.rightOrigin))) break
        ordered.push(next)
        queue.until = next.id.clock + next.length
        next = queue.structs[++queue.at]
      }
    }
  }
  return [...ordered, ...[...queues.values()].flatMap(({ structs, at }) => structs.slice(at))]
}

const packStructs = (structs: readonly Struct[], maxBytes: number): Uint8Array[] => {
  const parts: Uint8Array[] = []
  let pack: Struct[] = []
  let clients = new Set<number>()
  let bytes = 0
  const flush = (): void => {
    if (pack.length > 0) parts.push(encodePart(pack, []))
    pack = []
    clients = new Set()
    bytes = 0
  }
  for (const struct of structs.flatMap((whole) => cutString(whole, maxBytes))) {
    const size = sizeOf(struct)
    if (bytes + size + BLOCK_BYTES > maxBytes) flush()
    bytes += clients.has(struct.id.client) ? size : size + BLOCK_BYTES
    clients.add(struct.id.client)
    pack.push(struct)
  }
  flush()
  return parts
}

const sizeOf = (struct: Struct): number => {
  const encoder = new Y.UpdateEncoderV1()
  struct.write(encoder, 0)
  return encoding.length(encoder.restEncoder)
}

/** Rule 2: at most 3 bytes of UTF-8 for each UTF-16 unit, and a header that names a root. */
const cutString = (struct: Struct, maxBytes: number): Struct[] => {
  if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return [struct]
  const units = Math.max(2, Math.floor((maxBytes - 6 * BLOCK_BYTES) / 3))
  const { str } = struct.content
  if (str.length <= units) return [struct]
  const { client, clock } = struct.id
  const pieces: Struct[] = []
  for (let from = 0; from < str.length; ) {
    const to = from + units - (isHighSurrogate(str.charCodeAt(from + units - 1)) ? 1 : 0)
    const origin = from === 0 ? struct.origin : Y.createID(client, clock + from - 1)
    const id = Y.createID(client, clock + from)
    const content = new Y.ContentString(str.slice(from, to))
    // As decoded, a parent is a root's name or an id; the constructor takes both, its type neither.
    const parent = struct.parent as Y.AbstractType<unknown>
    const { rightOrigin, parentSub } = struct
    pieces.push(new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, content))
    from = to
  }
  return pieces
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/** As yjs `src/utils/encoding.js` writes it: clients from the highest down. */
const encodePart = (structs: readonly Struct[], ranges: readonly Range[]): Uint8Array => {
  const encoder = new Y.UpdateEncoderV1()
  const to = encoder.restEncoder
  const blocks = byClient(structs, (struct) => struct.id.client)
  encoding.writeVarUint(to, blocks.length)
  for (const [client, [first, ...rest]] of blocks) {
    if (first === undefined) continue
    encoding.writeVarUint(to, rest.length + 1)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, first.id.clock)
    for (const struct of [first, ...rest]) struct.write(encoder, 0)
  }
  const deletes = byClient(ranges, (range) => range.client)
  encoding.writeVarUint(to, deletes.length)
  for (const [client, list] of deletes) {
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, list.length)
    for (const { clock, len } of list) {
      encoding.writeVarUint(to, clock)
      encoding.writeVarUint(to, len)
    }
  }
  return encoder.toUint8Array()
}

const byClient = <Thing>(
  things: readonly Thing[],
  clientOf: (thing: Thing) => number,
): [number, Thing[]][] => {
  const groups = new Map<number, Thing[]>()
  for (const thing of things) {
    const group = groups.get(clientOf(thing))
    if (group) group.push(thing)
    else groups.set(clientOf(thing), [thing])
  }
  return [...groups].sort(([a], [b]) => b - a)
}
