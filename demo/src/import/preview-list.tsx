import type { FileContact, ParsedContacts } from './parsed-contacts.js'

const SHOWN = 5

/** The first rows as the contacts that they would be. */
export const PreviewList = ({ preview }: { preview: ParsedContacts }) => {
  const [first] = preview.contacts
  return (
    <section className="preview" aria-label="Preview">
      <h3>The first rows as contacts</h3>
      {first === undefined ? (
        <p className="field-error" role="status">
          No row has a name, a company, an email address or a phone number yet: say which columns
          hold them.
        </p>
      ) : (
        <ul>
          {preview.contacts.slice(0, SHOWN).map((contact) => (
            <li key={contact.line}>
              <strong>{contact.input.name}</strong>
              <span className="quiet small">{factsOf(contact)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const factsOf = ({ input, about, notes }: FileContact): string => {
  const { title, company, emails = [], phones = [], links = [], addresses = [], tags = [] } = input
  const labelled = ({ label, value }: { label?: string | undefined; value: string }): string =>
    label ? `${value} (${label})` : value
  return [
    [title, company].filter((text) => text).join(', '),
    ...[...emails, ...phones, ...links].map(labelled),
    ...addresses.map(({ street, postalCode, city, country }) =>
      [street, postalCode, city, country].filter((text) => text).join(', '),
    ),
    input.birthday ?? '',
    ...tags.map((tag) => `#${tag}`),
    about,
    ...notes.map(({ body }) => body),
  ]
    .filter((text) => text !== '')
    .join(' · ')
    .slice(0, 400)
}
