/** What an update says, in lines for a person who looks for a fault. Total: it may be anybody's. */
import * as Y from 'yjs'

/** Bytes; decoding more would hold up the page, and nobody reads it. */
const READ = 256 * 1024
/** Lines, and letters of a value. */
const LINES = 12
const LETTERS = 80

/** `doc`: what it was, or will be, applied to; it knows where an overwrite's place is. */
export const describeUpdate = (update: Uint8Array, doc: Y.Doc): string[] => {
  if (update.length > READ) return []
  try {
    const { structs, ds } = Y.decodeUpdate(update)
    const said = joined(structs.map((struct) => structWords(struct, doc)))
    const lines = [...said, ...deletedWords(ds)]
    const rest = lines.length - LINES
    return rest > 0 ? [...lines.slice(0, LINES), `and ${rest} more`] : lines
  } catch {
    return ['not readable as an update']
  }
}

type Struct = Y.Item | Y.GC | Y.Skip

const structWords = (struct: Struct, doc: Y.Doc): string => {
  if (struct instanceof Y.Skip) return `gap of ${struct.length} by client ${struct.id.client}`
  if (struct instanceof Y.GC) return `${struct.length} collected by client ${struct.id.client}`
  const { root, key } = placeOf(struct, doc)
  return `${root}${key === null ? '' : ` ${key}`} ${contentWords(struct.content)}`
}

interface Place {
  readonly root: string
  /** Of a map; `null` in a text. */
  readonly key: string | null
}

/** An item behind another one does not say its place: the document knows it, once it is there. */
const placeOf = (item: Y.Item, doc: Y.Doc): Place => {
  if (typeof item.parent === 'string') return { root: item.parent, key: item.parentSub }
  const { client, clock } = item.id
  const known = clock < Y.getState(doc.store, client) ? Y.getItem(doc.store, item.id) : undefined
  // The type is its `parent` as soon as it is in a document; a collected one has none.
  const type = known instanceof Y.Item ? known.parent : undefined
  const root = [...doc.share].find(([, shared]) => shared === type)?.[0]
  return { root: root ?? 'somewhere', key: known instanceof Y.Item ? known.parentSub : null }
}

const contentWords = (content: Y.Item['content']): string => {
  if (content instanceof Y.ContentString) return `+ ${shortened(JSON.stringify(content.str))}`
  if (content instanceof Y.ContentAny) {
    return `= ${shortened(content.arr.map((value) => JSON.stringify(value)).join(', '))}`
  }
  if (content instanceof Y.ContentDeleted) return `${content.len} deleted since`
  return content.constructor.name
}

const shortened = (text: string): string =>
  text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text

/** Letters typed one by one come as one struct each: the same line many times says nothing. */
const joined = (lines: readonly string[]): string[] => {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return [...counts].map(([line, count]) => (count > 1 ? `${line} (${count} times)` : line))
}

const deletedWords = ({ clients }: ReturnType<typeof Y.decodeUpdate>['ds']): string[] => {
  const [[first] = [0], ...others] = [...clients]
  const length = [...clients.values()].flat().reduce((sum, { len }) => sum + len, 0)
  if (length === 0) return []
  const whose = others.length === 0 ? `client ${first}` : `${others.length + 1} clients`
  return [`deletes ${length.toLocaleString('en')} of ${whose}`]
}
