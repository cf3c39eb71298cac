import {
  type ColumnField,
  type ColumnMapping,
  type ColumnTarget,
  hasLabel,
} from './column-mapping.js'

/**
 * What a column's name says it holds, in the words of Outlook and of common tables (English, German,
 * French, Spanish, Portuguese, Italian). The first that matches decides.
 */
const WORDS: readonly [pattern: RegExp, field: ColumnField | ''][] = [
  // Outlook says much that has no place, in words that look like other fields.
  [/yomi|phonetic|display name|e-?mail (?:\d )?type|assistant|manager|office location|telex/, ''],
  [/spouse|children|anniversary|referred|initials|gender|priority|sensitivity|po box/, ''],
  [/free busy|server|id number/, ''],
  [/e-?mails?\b|courriel|correo|^mail$/, 'email'],
  [/web ?(?:page|site)|^url$|^link|homepage|^site|internet/, 'link'],
  [/phone|^tel\b|telef|téléphone|mobil|handy|cell|\bfax|pager|portable|móvil|celular/, 'phone'],
  [
    /post(?:al)? ?code|^zip|\bzip\b|^plz$|postleitzahl|code postal|c[óo]digo postal|\bcap\b/,
    'postalCode',
  ],
  [/street|^address|straße|strasse|^adresse|^rue\b|^calle|endere[çc]o|morada|indirizzo/, 'street'],
  [/\bcity\b|\btown\b|^ort$|stadt|^ville|ciudad|cidade|localidad|citt[àa]/, 'city'],
  [/country|^land$|\bpays\b|pa[íi]s|paese|region$.*land/, 'country'],
  [/\bstate\b|region|province|bundesland|provincia|distrito|county/, 'region'],
  [/first ?name|given ?name|vorname|pr[ée]nom|^nombre$|primeiro nome|^nome$|forename/, 'givenName'],
  [
    /last ?name|surname|family ?name|nachname|familienname|^nom$|nom de famille|apellido|sobrenome|apelido|cognome/,
    'familyName',
  ],
  [/middle ?name|additional name|zweiter vorname/, 'middleName'],
  [/nick ?name|spitzname|surnom|apodo/, 'nickname'],
  [/job ?title|position|^role$|^beruf|funktion|poste|cargo/, 'title'],
  [/^title$|prefix|^anrede$|salutation/, 'namePrefix'],
  [/suffix/, 'nameSuffix'],
  [/company|organi[sz]ation|firma|unternehmen|soci[ée]t[ée]|entreprise|empresa|azienda/, 'company'],
  [/department|abteilung|service|departamento/, 'department'],
  [/birth|geburt|naissance|nacimiento|nascimento/, 'birthday'],
  [/categor|^tags?$|^labels?$|^groups?$|kategorie|gruppe|etiqueta/, 'tags'],
  [/favou?rite|starred/, 'favorite'],
  [/^about|^bio|description|beschreibung/, 'about'],
  [/notes?\b|comment|remark|notiz|bemerkung|kommentar|memo/, 'note'],
  [/photo|picture|avatar|^foto|^bild/, 'avatarUrl'],
  [
    /^(?:full |display )?name$|^contact$|^person$|nom complet|nombre completo|nome completo/,
    'name',
  ],
]

const PLACES: readonly [pattern: RegExp, label: string][] = [
  [/business|work|office|gesch[äa]ft|dienst|travail|trabajo|trabalho|company/, 'Work'],
  [/home|privat|domicile|personal|casa/, 'Home'],
  [/mobil|cell|handy|portable|móvil|celular/, 'Mobile'],
  [/other|weitere|autre|otro|outro/, 'Other'],
  [/pager/, 'Pager'],
  [/car\b/, 'Car'],
]

/**
 * By the names of the columns, where the first row has any, else by what the cells look like. `second`
 * helps to tell: names without a digit over rows that have some are names.
 */
export const guessMapping = (
  first: readonly string[],
  second: readonly string[] = [],
): ColumnMapping => {
  const guessed = first.map(targetOf)
  if (guessed.some(({ field }) => field !== '')) return { hasHeader: true, columns: once(guessed) }
  const areNames = first.every(isName) && second.some((cell) => !isName(cell) && cell.trim() !== '')
  const looks = first.map((cell, at) => targetOfValue(areNames ? (second[at] ?? '') : cell))
  return { hasHeader: areNames, columns: once(looks) }
}

const isName = (cell: string): boolean => /^[^\d@]{1,60}$/.test(cell.trim())

const targetOf = (cell: string): ColumnTarget => {
  const name = cell
    .trim()
    .toLowerCase()
    .replace(/[_\s]+/g, ' ')
  // A value that happens to hold one of the words is no name of a column.
  if (name === '' || name.length > 60 || /@|\d{3}/.test(name)) return NOWHERE
  const field = WORDS.find(([pattern]) => pattern.test(name))?.[1] ?? ''
  return { field, label: hasLabel(field) ? labelIn(name) : '' }
}

const NOWHERE: ColumnTarget = { field: '', label: '' }

const labelIn = (name: string): string => {
  const place = PLACES.find(([pattern]) => pattern.test(name))?.[1] ?? ''
  if (!/\bfax|fax\b/.test(name)) return place
  return place === '' || place === 'Other' ? 'Fax' : `${place} fax`
}

/** A table without names of columns: what its first row looks like. */
const targetOfValue = (cell: string): ColumnTarget => {
  const value = cell.trim()
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return { field: 'email', label: '' }
  if (/^https?:\/\//.test(value)) return { field: 'link', label: '' }
  if (/^[+\d(][\d ()/.-]{5,}$/.test(value)) return { field: 'phone', label: '' }
  return NOWHERE
}

const REPEATED = new Set<string>(['email', 'phone', 'link', 'note', 'about', 'tags', 'street'])

/** Of fields that a contact has once, the first column that says so. */
const once = (targets: readonly ColumnTarget[]): ColumnTarget[] => {
  const seen = new Set<string>()
  return targets.map((target) => {
    const { field, label } = target
    if (field === '' || REPEATED.has(field)) {
      return target
    }
    const key = `${field} ${label}`
    if (seen.has(key)) return NOWHERE
    seen.add(key)
    return target
  })
}

/** Outlook's own export, by columns that nothing else has together. */
export const isOutlookHeader = (header: readonly string[]): boolean => {
  const names = new Set(header.map((cell) => cell.trim().toLowerCase()))
  const has = (...wanted: string[]): boolean => wanted.some((name) => names.has(name))
  return (
    has('first name', 'last name') &&
    has('e-mail address', 'e-mail display name') &&
    has('business phone', 'business street', 'home phone', 'home street', 'mobile phone')
  )
}
