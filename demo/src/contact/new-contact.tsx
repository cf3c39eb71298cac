import { useContactActions, useWorkspace } from 'kith-client/react'
import { type FormEvent, useState } from 'react'
import { focusList } from '../focus/focus-list.js'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { go } from '../workspace/route.js'
import { BackButton } from './contact-pane.js'
import { errorText } from './text-field.js'

/** A contact needs a name; all else is typed into the contact itself. */
export const NewContact = () => {
  const [name, setName] = useState('')
  const [company, setCompany] = useState('')
  const [email, setEmail] = useState('')
  const [problem, setProblem] = useState('')
  const isOpen = useWorkspace() !== undefined
  const actions = useContactActions()
  const whyReadOnly = useWhyReadOnly()
  const create = (event: FormEvent): void => {
    event.preventDefault()
    try {
      const contactId = actions.createContact({
        name: name.trim(),
        ...(company.trim() === '' ? {} : { company: company.trim() }),
        ...(email.trim() === '' ? {} : { emails: [{ label: '', value: email.trim() }] }),
      })
      go({ view: 'contacts', contactId })
      focusList()
    } catch (error) {
      const said = errorText(error instanceof Error ? error : new Error(String(error)))
      setProblem(name.trim() === '' ? 'A contact needs a name.' : said)
    }
  }
  // What was begun before that stays in sight.
  if (whyReadOnly && [name, company, email].every((text) => text === '')) {
    return (
      <main className="contact-pane" aria-label="New contact">
        <div className="contact new-contact">
          <BackButton view="contacts" />
          <p className="notice">{whyReadOnly}</p>
        </div>
      </main>
    )
  }
  return (
    <main className="contact-pane" aria-label="New contact">
      <form className="contact new-contact" onSubmit={create}>
        <BackButton view="contacts" />
        <h2>New contact</h2>
        <NewField label="Name" value={name} onChange={setName} isFirst />
        <NewField label="Company" value={company} onChange={setCompany} />
        <NewField label="Email" value={email} onChange={setEmail} />
        <p className="field-error" role="alert">
          {whyReadOnly ?? problem}
        </p>
        <div className="buttons">
          <button
            type="submit"
            className="button primary"
            disabled={whyReadOnly !== undefined || !isOpen}
          >
            Create contact
          </button>
          <button
            type="button"
            className="button"
            onClick={() => go({ view: 'contacts', contactId: undefined })}
          >
            Cancel
          </button>
        </div>
      </form>
    </main>
  )
}

interface NewFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  isFirst?: boolean
}

const NewField = ({ label, value, onChange, isFirst }: NewFieldProps) => (
  <label className="labelled">
    <span>{label}</span>
    <input
      value={value}
      onChange={(event) => onChange(event.target.value)}
      autoComplete="off"
      // biome-ignore lint/a11y/noAutofocus: the form was asked for, and its name is what it is for
      autoFocus={isFirst}
    />
  </label>
)
