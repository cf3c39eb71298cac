/** One property of a card, out of the arrays that ical.js makes (jCard, RFC 7095). */
export interface Property {
  name: string
  /** What the file calls it: Apple's X-ABLabel of its group, or its first telling type. */
  label: string
  /** Structured values by component (N, ORG, ADR); of others the one value. */
  parts: string[]
  /** All values of a list (CATEGORIES, NICKNAME). */
  values: string[]
  text: string
}

/** Reads what `ICAL.parse` gave for one card; `undefined` where it is none. */
export const readProperties = (parsed: unknown): Property[] | undefined => {
  if (!Array.isArray(parsed) || parsed[0] !== 'vcard' || !Array.isArray(parsed[1])) return undefined
  const raw = parsed[1].filter(isRaw)
  const labels = groupLabels(raw)
  return raw.map(([name, parameters, , ...values]) => {
    const group = parameters.group
    const own = typeof group === 'string' ? labels.get(group) : undefined
    const parts = Array.isArray(values[0]) ? values[0].map(textOf) : [textOf(values[0])]
    const texts = values.map(textOf).filter((text) => text !== '')
    return { name, label: own ?? labelOf(parameters), parts, values: texts, text: texts[0] ?? '' }
  })
}

/** `[name, parameters, type, value, …]` */
type Raw = [string, Record<string, unknown>, unknown, ...unknown[]]

const isRaw = (value: unknown): value is Raw =>
  Array.isArray(value) &&
  typeof value[0] === 'string' &&
  typeof value[1] === 'object' &&
  value[1] !== null &&
  value.length > 3

/** Apple writes `item1.X-ABLabel:_$!<HomePage>!$_` beside `item1.URL:…`. */
const groupLabels = (raw: readonly Raw[]): Map<string, string> => {
  const labels = new Map<string, string>()
  for (const [name, { group }, , value] of raw) {
    if (name !== 'x-ablabel' || typeof group !== 'string') continue
    labels.set(group, textOf(value).replace(/^_\$!<(.*)>!\$_$/, '$1'))
  }
  return labels
}

/** Types that say how, not where. */
const MUTE_TYPES = new Set(['internet', 'pref', 'voice', 'x400'])
const SPOKEN = new Map([
  ['cell', 'Mobile'],
  ['iphone', 'iPhone'],
])

const labelOf = ({ type }: Record<string, unknown>): string => {
  const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string')
  const telling = types.map((one) => one.toLowerCase()).find((one) => !MUTE_TYPES.has(one))
  if (telling === undefined) return ''
  return SPOKEN.get(telling) ?? telling.charAt(0).toUpperCase() + telling.slice(1).replace(/^-/, '')
}

/** What ical.js leaves escaped: `\;` and `\:` outside of structured values. */
const textOf = (value: unknown): string => {
  if (Array.isArray(value))
    return value
      .map(textOf)
      .filter((part) => part !== '')
      .join(', ')
  return typeof value === 'string' ? value.replace(/\\([;:,\\])/g, '$1').trim() : ''
}
