import { fieldName, useWorkspace } from 'kith-client/react'
import { type Contact, type ContactId, TEXT_FIELDS, type TextField } from 'kith-shared'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { newEntryId } from '../contact/entry-id.js'
import { errorText } from '../contact/text-field.js'
import { useListState } from '../list/list-state.js'
import { NOTHING_PICKED } from '../selection/selection.js'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { useToast } from '../toast/toast.js'
import { shortName } from '../toast/undo-words.js'
import { useUndoable } from '../toast/use-undoable.js'
import { go } from '../workspace/route.js'
import { merge } from './merge.js'
import { type Choices, chosenValue, planMerge } from './plan-merge.js'
import { useListed } from './use-duplicates.js'

export interface MergeFormProps {
  ids: readonly ContactId[]
  onDone: () => void
}

/** Side by side: which value stays, where they differ; all else of all of them is kept. */
export const MergeForm = ({ ids, onDone }: MergeFormProps) => {
  const contacts = useListed(ids)
  const [choices, setChoices] = useState<Choices>({})
  const title = useRef<HTMLHeadingElement>(null)
  const whyReadOnly = useWhyReadOnly()
  const act = useMerge(contacts, choices, onDone)
  useEffect(() => title.current?.focus(), [])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    act()
  }
  const fields = TEXT_FIELDS.filter((field) => contacts.some((one) => one[field] !== ''))
  return (
    <form className="merge" onSubmit={submit}>
      <h2 tabIndex={-1} ref={title}>
        Merge {contacts.length} contacts
      </h2>
      <p className="quiet">
        Choose what stays where they differ. Emails, phones, addresses, links, tags, notes and long
        texts of all of them are kept.
      </p>
      {fields.map((field) => (
        <FieldChoice
          key={field}
          field={field}
          contacts={contacts}
          choices={choices}
          onChoose={(id) => setChoices({ ...choices, [field]: id })}
        />
      ))}
      <Kept contacts={contacts} />
      {whyReadOnly && <p className="notice">{whyReadOnly}</p>}
      <div className="buttons">
        <button
          type="submit"
          className="button primary"
          disabled={contacts.length < 2 || whyReadOnly !== undefined}
        >
          Merge {contacts.length} contacts
        </button>
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}

const useMerge = (contacts: readonly Contact[], choices: Choices, onDone: () => void) => {
  const workspace = useWorkspace()
  const undoable = useUndoable()
  const toast = useToast()
  const { setSelection } = useListState()
  return (): void => {
    const plan = planMerge(contacts, choices, newEntryId)
    if (!workspace || !plan) return
    const name = shortName(chosenValue(contacts, 'name', choices))
    try {
      undoable(`Merged ${contacts.length} contacts into ${name}`, () => merge(workspace, plan))
      onDone()
      // Of what was picked, one is left, and nothing is meant to be done to it.
      setSelection(() => NOTHING_PICKED)
      go({ view: 'contacts', contactId: plan.into })
    } catch (error) {
      toast({ text: errorText(error instanceof Error ? error : new Error(String(error))) })
    }
  }
}

interface FieldChoiceProps {
  field: TextField
  contacts: readonly Contact[]
  choices: Choices
  onChoose: (id: ContactId) => void
}

/** One choice for each value; equal ones are one. */
const FieldChoice = ({ field, contacts, choices, onChoose }: FieldChoiceProps) => {
  const chosen = chosenValue(contacts, field, choices)
  const values = new Map<string, ContactId>()
  for (const contact of contacts) {
    if (!values.has(contact[field])) values.set(contact[field], contact.id)
  }
  // A contact can't be without a name.
  if (field === 'name') values.delete('')
  return (
    <fieldset className="merge-field">
      <legend>{fieldName(field)}</legend>
      <div className="merge-values">
        {[...values].map(([value, id]) => (
          <label className="merge-value" key={id} data-chosen={value === chosen ? '' : undefined}>
            <input
              type="radio"
              name={field}
              checked={value === chosen}
              onChange={() => onChoose(id)}
            />
            {value === '' ? <i className="quiet">empty</i> : <bdi>{value.slice(0, 300)}</bdi>}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** What all of them have together, doubles shown once. */
const Kept = ({ contacts }: { contacts: readonly Contact[] }) => {
  const plan = planMerge(contacts, {}, newEntryId)
  const [into] = contacts
  if (!plan || !into) return null
  const lists = [...into.emails, ...into.phones, ...into.links].map(({ value }) => value)
  const added = plan.entries.flatMap(({ entry }) =>
    'value' in entry ? [entry.value] : [[entry.street, entry.city].filter(Boolean).join(', ')],
  )
  const all = [...lists, ...added, ...into.tags, ...plan.tags]
  if (all.length === 0) return null
  return (
    <section className="merge-kept" aria-labelledby="kept-title">
      <h3 id="kept-title">Kept of all of them</h3>
      <ul>
        {[...new Set(all)].slice(0, 60).map((value) => (
          <li key={value}>
            <bdi>{value.slice(0, 200)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  )
}
