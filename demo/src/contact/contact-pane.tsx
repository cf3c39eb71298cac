import { CursorTracker, useContact, useSyncStatus } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { ChevronLeft } from 'lucide-react'
import { MergedNotice } from '../duplicates/merged-notice.js'
import { FirstSteps } from '../first-minute/first-steps.js'
import { SecondTab } from '../first-minute/second-tab.js'
import { useIsEmpty } from '../first-minute/use-is-empty.js'
import { useListState } from '../list/list-state.js'
import { Keys } from '../palette/keys.js'
import { useMayWrite, useWhyReadOnly } from '../session/use-may-write.js'
import { go } from '../workspace/route.js'
import { useIsSinglePane } from '../workspace/use-is-narrow.js'
import { About } from './about.js'
import { ContactHead } from './contact-head.js'
import { PersonDetails, WorkDetails } from './details.js'
import { Entries } from './entries.js'
import { Notes } from './notes.js'
import { Tags } from './tags.js'

export interface ContactPaneProps {
  contactId: ContactId | undefined
  view: 'contacts' | 'deleted'
  onImport: () => void
}

export const ContactPane = ({ contactId, view, onImport }: ContactPaneProps) => (
  <main className="contact-pane" aria-label="Contact">
    {contactId === undefined ? (
      <NothingChosen onImport={onImport} />
    ) : (
      <ChosenContact contactId={contactId} view={view} />
    )}
  </main>
)

const NothingChosen = ({ onImport }: Pick<ContactPaneProps, 'onImport'>) => {
  const mayWrite = useMayWrite()
  const isEmpty = useIsEmpty()
  const { ids, isNarrowed } = useListState()
  // Alone, the list has the place for it.
  if (useIsSinglePane()) return null
  if (isEmpty) return <FirstSteps onImport={onImport} />
  if (ids.length === 0 && !isNarrowed) return <div className="empty" />
  return (
    <div className="empty quiet">
      <p>Choose a contact</p>
      <p className="small hints">
        <Keys keys="mod+K" /> find <Keys keys="/" /> search <Keys keys="j k" /> move{' '}
        {mayWrite && (
          <>
            <Keys keys="n" /> new{' '}
          </>
        )}
        <Keys keys="?" /> all keys
      </p>
      <SecondTab />
    </div>
  )
}

export const BackButton = ({ view }: { view: 'contacts' | 'deleted' }) => (
  <button
    type="button"
    className="back-button"
    aria-label="Back to the list"
    onClick={() => go({ view, contactId: undefined })}
  >
    <ChevronLeft aria-hidden="true" size={20} />
    {view === 'deleted' ? 'Deleted' : 'Contacts'}
  </button>
)

/** Fields and rows here say themselves who is in them. */
const CARETS = ['caret'] as const

const ChosenContact = ({
  contactId,
  view,
}: Pick<ContactPaneProps, 'view'> & { contactId: ContactId }) => {
  const deletedAt = useContact(contactId, (contact) => contact.deletedAt)
  const isLoading = useSyncStatus(({ connection }) => connection.state === 'loading')
  const whyReadOnly = useWhyReadOnly()
  if (deletedAt === undefined) {
    return isLoading ? null : (
      <div className="empty quiet">
        <BackButton view={view} />
        <p>This contact is not here.</p>
      </div>
    )
  }
  const isReadOnly = deletedAt !== null || whyReadOnly !== undefined
  const shared = { contactId, isReadOnly }
  // By key: what was begun in one contact must not be found in the next one.
  return (
    <CursorTracker key={contactId} show={CARETS}>
      <article className="contact">
        <BackButton view={view} />
        <ContactHead {...shared} deletedAt={deletedAt} view={view} />
        <MergedNotice contactId={contactId} />
        {whyReadOnly && <p className="notice">{whyReadOnly}</p>}
        <div className="contact-facts">
          <Tags {...shared} />
          <WorkDetails {...shared} />
          <Entries {...shared} />
          <PersonDetails {...shared} />
        </div>
        <div className="contact-texts">
          <About {...shared} />
          <Notes {...shared} />
        </div>
      </article>
    </CursorTracker>
  )
}
