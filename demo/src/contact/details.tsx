import type { ContactId, TextField as TextFieldName } from 'kith-shared'
import { TextField } from './text-field.js'

interface DetailField {
  path: TextFieldName
  label: string
  placeholder?: string
  inputMode?: 'url'
}

const WORK: readonly DetailField[] = [
  { path: 'company', label: 'Company' },
  { path: 'title', label: 'Title' },
  { path: 'department', label: 'Department' },
]

const PERSON: readonly DetailField[] = [
  { path: 'givenName', label: 'Given name' },
  { path: 'familyName', label: 'Family name' },
  { path: 'nickname', label: 'Nickname' },
  { path: 'birthday', label: 'Birthday', placeholder: 'Add, year-month-day' },
  { path: 'avatarUrl', label: 'Picture', placeholder: 'Add, https://…', inputMode: 'url' },
]

interface DetailsProps {
  contactId: ContactId
  isReadOnly: boolean
}

export const WorkDetails = (props: DetailsProps) => <Rows {...props} fields={WORK} title="Work" />

export const PersonDetails = (props: DetailsProps) => (
  <Rows {...props} fields={PERSON} title="Person" />
)

/** A label and its value in each row. */
const Rows = (props: DetailsProps & { fields: readonly DetailField[]; title: string }) => {
  const { fields, title, ...shared } = props
  return (
    <section className="rows" aria-label={title}>
      {fields.map((field) => (
        <TextField key={field.path} placeholder="Add" {...shared} {...field} />
      ))}
    </section>
  )
}
