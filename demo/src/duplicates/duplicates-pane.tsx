import { useContact, useSyncStatus } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { Merge } from 'lucide-react'
import { BackButton } from '../contact/contact-pane.js'
import { useMayWrite } from '../session/use-may-write.js'
import type { Duplicates, Likeness } from './find.js'
import { MergeForm } from './merge-form.js'
import { useDuplicates } from './use-duplicates.js'

export interface DuplicatesPaneProps {
  /** What is being merged; `undefined`: all that seems to be the same is listed. */
  merging: readonly ContactId[] | undefined
  onMerging: (ids: readonly ContactId[] | undefined) => void
}

export const DuplicatesPane = ({ merging, onMerging }: DuplicatesPaneProps) => (
  <main className="contact-pane" aria-label="Duplicates">
    <article className="contact duplicates">
      <BackButton view="contacts" />
      {merging ? (
        <MergeForm key={merging.join()} ids={merging} onDone={() => onMerging(undefined)} />
      ) : (
        <Groups onMerging={onMerging} />
      )}
    </article>
  </main>
)

/** More are shown once these are done. */
const SHOWN = 100

const Groups = ({ onMerging }: Pick<DuplicatesPaneProps, 'onMerging'>) => {
  const groups = useDuplicates()
  const isLoading = useSyncStatus(({ connection }) => connection.state === 'loading')
  if (groups === undefined || isLoading) return null
  const count = groups.length.toLocaleString('en')
  return (
    <>
      <header className="duplicates-head">
        <h2 tabIndex={-1}>Duplicates</h2>
        <p className="quiet" role="status" data-testid="duplicate-count">
          {groups.length === 0 && 'No two contacts seem to be the same.'}
          {groups.length === 1 && '1 group of contacts seems to be the same person.'}
          {groups.length > 1 && `${count} groups of contacts seem to be the same person each.`}
        </p>
      </header>
      <ul className="duplicate-groups" aria-label="Groups">
        {groups.slice(0, SHOWN).map((group) => (
          <Group key={group.ids.join()} group={group} onMerging={onMerging} />
        ))}
      </ul>
      {groups.length > SHOWN && <p className="quiet small">The first {SHOWN} are shown.</p>}
    </>
  )
}

const Group = (props: { group: Duplicates } & Pick<DuplicatesPaneProps, 'onMerging'>) => {
  const { ids, alike } = props.group
  const mayWrite = useMayWrite()
  return (
    <li className="duplicate-group" data-testid="duplicates">
      <div className="duplicate-people">
        {ids.map((id) => (
          <Person key={id} id={id} />
        ))}
        <p className="quiet small">Same {listed(alike)}</p>
      </div>
      {mayWrite && (
        <button type="button" className="button" onClick={() => props.onMerging(ids)}>
          <Merge aria-hidden="true" size={15} />
          Review
        </button>
      )}
    </li>
  )
}

const Person = ({ id }: { id: ContactId }) => {
  const shown = useContact(id, ({ name, company, emails, phones }) => ({
    name: name.slice(0, 200) || 'No name',
    detail: [company, emails[0]?.value, phones[0]?.value].filter(Boolean).join(' · ').slice(0, 300),
  }))
  return (
    <p className="duplicate-person">
      <bdi>{shown?.name}</bdi>
      <bdi className="quiet small">{shown?.detail}</bdi>
    </p>
  )
}

const WORDS: Record<Likeness, string> = { email: 'email', phone: 'phone', name: 'name' }

const listed = (alike: readonly Likeness[]): string =>
  new Intl.ListFormat('en').format(alike.map((likeness) => WORDS[likeness]))
