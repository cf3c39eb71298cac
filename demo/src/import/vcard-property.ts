/** One property of a card (RFC 6350, 3.3; RFC 2426; vCard 2.1). */
export interface Property {
  /** In lower case, without its group. */
  name: string
  /** What the file calls it: Apple's X-ABLabel of its group, or its first telling type. */
  label: string
  /** As it stands in the file; quoted-printable is decoded. */
  raw: string
  /** First values of parameters that are not types, by name in lower case. */
  parameters: ReadonlyMap<string, string>
}

/** Reads the lines of one card; `broken` counts those that are no property. */
export const readProperties = (
  lines: readonly string[],
): { properties: Property[]; broken: number } => {
  const read = lines.map(readLine)
  const labels = new Map<string, string>()
  for (const line of read) {
    // Apple writes `item1.X-ABLabel:_$!<HomePage>!$_` beside `item1.URL:…`.
    if (line?.name !== 'x-ablabel' || line.group === '') continue
    labels.set(line.group, textOf(line.raw).replace(/^_\$!<([\s\S]*)>!\$_$/, '$1'))
  }
  const properties = read.flatMap((line) => {
    if (line === undefined) return []
    const { name, group, types, raw, parameters } = line
    return [{ name, label: labels.get(group) ?? labelOf(types), raw, parameters }]
  })
  return { properties, broken: read.filter((line) => line === undefined).length }
}

interface Line {
  group: string
  name: string
  types: string[]
  raw: string
  parameters: Map<string, string>
}

const readLine = (line: string): Line | undefined => {
  const colon = colonOf(line)
  if (colon < 0) return undefined
  const [head = '', ...rest] = splitParameters(line.slice(0, colon))
  const [, group = '', name = ''] = /^(?:([\w-]+)\.)?([\w-]+)$/.exec(head.trim()) ?? []
  if (name === '') return undefined
  const types: string[] = []
  const parameters = new Map<string, string>()
  for (const parameter of rest) readParameter(parameter, types, parameters)
  const value = line.slice(colon + 1)
  const isEncoded = /^quoted-printable$/i.test(parameters.get('encoding') ?? '')
  const charset = parameters.get('charset') ?? 'utf-8'
  const raw = isEncoded ? decodeQuotedPrintable(value, charset) : value
  return { group, name: name.toLowerCase(), types, raw, parameters }
}

const readParameter = (
  parameter: string,
  types: string[],
  parameters: Map<string, string>,
): void => {
  const equals = parameter.indexOf('=')
  if (equals < 0) {
    // Of vCard 2.1, where a type and an encoding stand alone.
    if (BARE_ENCODING.test(parameter)) parameters.set('encoding', parameter)
    else types.push(parameter.trim())
    return
  }
  const name = parameter.slice(0, equals).trim().toLowerCase()
  const values = parameter.slice(equals + 1)
  if (name === 'type') types.push(...values.replaceAll('"', '').split(','))
  else if (!parameters.has(name)) parameters.set(name, unquoted(values))
}

const BARE_ENCODING = /^(?:QUOTED-PRINTABLE|BASE64|8BIT|7BIT)$/i

/** `^n`, `^'` and `^^` are RFC 6868's. */
const unquoted = (value: string): string =>
  value
    .trim()
    .replace(/^"([^"]*)".*$/s, '$1')
    .replace(/\^([n'^])/g, (_, letter: string) => CARETS[letter] ?? '')

const CARETS: Readonly<Record<string, string>> = { n: '\n', "'": '"', '^': '^' }

/** The colon that ends the parameters: the first one outside of quotes. */
const colonOf = (line: string): number => {
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted
    else if (line[at] === ':' && !quoted) return at
  }
  return -1
}

const splitParameters = (head: string): string[] => {
  const parts: string[] = []
  let from = 0
  let quoted = false
  for (let at = 0; at < head.length; at++) {
    if (head[at] === '"') quoted = !quoted
    else if (head[at] === ';' && !quoted) {
      parts.push(head.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, head.slice(from)]
}

/** Types that say how, not where. */
const MUTE_TYPES = new Set(['internet', 'pref', 'voice', 'x400', ''])
const SPOKEN = new Map([
  ['cell', 'Mobile'],
  ['iphone', 'iPhone'],
])

const labelOf = (types: readonly string[]): string => {
  const telling = types.map((one) => one.trim().toLowerCase()).find((one) => !MUTE_TYPES.has(one))
  if (telling === undefined) return ''
  return SPOKEN.get(telling) ?? telling.charAt(0).toUpperCase() + telling.slice(1).replace(/^-/, '')
}

/** A whole value as text: `\n`, `\,`, `\;` and `\\` are what stands behind the backslash. */
export const textOf = (raw: string): string =>
  raw.replace(/\\([\s\S])/g, (_, letter: string) =>
    letter === 'n' || letter === 'N' ? '\n' : letter,
  )

/** The texts between separators that no backslash stands before. */
export const partsOf = (raw: string, separator: ';' | ','): string[] => {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\\') at++
    else if (raw[at] === separator) {
      parts.push(raw.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, raw.slice(from)].map(textOf)
}

/** Line breaks come out escaped, as vCard 3.0 writes them. */
const decodeQuotedPrintable = (value: string, charset: string): string => {
  const encoded = new TextEncoder().encode(value)
  const bytes = new Uint8Array(encoded.length)
  let length = 0
  for (let at = 0; at < encoded.length; at++) {
    const digits = encoded[at] === EQUALS ? byteAt(encoded, at) : undefined
    bytes[length++] = digits ?? encoded[at] ?? 0
    if (digits !== undefined) at += 2
  }
  return decoderOf(charset)
    .decode(bytes.subarray(0, length))
    .replace(/\r\n?|\n/g, '\\n')
}

const EQUALS = 0x3d

/** The byte that two hexadecimal digits behind `at` stand for. */
const byteAt = (bytes: Uint8Array, at: number): number | undefined => {
  const digits = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)
  return /^[0-9a-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined
}

const decoderOf = (charset: string): TextDecoder => {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
