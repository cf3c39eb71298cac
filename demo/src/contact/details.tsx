import type { ContactId, TextField as TextFieldName } from 'kith-shared'
import { TextField } from './text-field.js'

const FIELDS: readonly {
  path: TextFieldName
  label: string
  placeholder?: string
  inputMode?: 'url'
}[] = [
  { path: 'givenName', label: 'Given name' },
  { path: 'familyName', label: 'Family name' },
  { path: 'company', label: 'Company' },
  { path: 'title', label: 'Title' },
  { path: 'department', label: 'Department' },
  { path: 'nickname', label: 'Nickname' },
  { path: 'birthday', label: 'Birthday', placeholder: '1990-01-31' },
  { path: 'avatarUrl', label: 'Picture', placeholder: 'https://', inputMode: 'url' },
]

export const Details = (props: { contactId: ContactId; isReadOnly: boolean }) => (
  <section className="details" aria-label="Details">
    {FIELDS.map((field) => (
      <TextField key={field.path} {...props} {...field} />
    ))}
  </section>
)
