import { Avatar, useContact } from 'kith-client/react'
import { isContactId } from 'kith-shared'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { focusListByKey } from '../focus/focus-list.js'
import { useAccount } from '../session/account.js'
import { go, useRoute } from '../workspace/route.js'
import type { ContactNews } from './contact-news.js'
import type { News, PersonNews } from './news.js'
import { totalOf, type UnnamedNews } from './unnamed.js'
import { useNews } from './use-news.js'
import { headline, type Line, lines, noteWords, personWords } from './words.js'

/** "While you were away: Bo changed 2 contacts", with a list of what. It moves nothing. */
export const AwayNews = ({ workspaceId }: { workspaceId: string }) => {
  const { session } = useAccount()
  const route = useRoute()
  const shown = 'contactId' in route ? route.contactId : undefined
  const { news, dismiss } = useNews(session.userId, workspaceId, shown)
  const [isOpen, setOpen] = useState(false)
  const toggle = useRef<HTMLButtonElement>(null)
  const close = (): void => {
    setOpen(false)
    toggle.current?.focus()
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isOpen) return
    event.preventDefault()
    close()
  }
  const said = news ? headline(news) : ''
  return (
    <div className="away-place" aria-live="polite" data-testid="away">
      {news && (
        <section className="away" aria-label="While you were away" onKeyDown={onKey}>
          {isOpen && <AwayList news={news} />}
          <div className="away-line">
            <button
              type="button"
              ref={toggle}
              className="away-toggle"
              aria-expanded={isOpen}
              title={said}
              onClick={() => setOpen(!isOpen)}
            >
              <span>
                <span className="away-when">While you were away: </span>
                {said}
              </span>
              {isOpen ? (
                <ChevronDown aria-hidden="true" size={16} />
              ) : (
                <ChevronUp aria-hidden="true" size={16} />
              )}
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label="Dismiss what happened while you were away"
              title="Dismiss"
              onClick={(event) => {
                setOpen(false)
                dismiss()
                focusListByKey(event)
              }}
            >
              <X aria-hidden="true" size={16} />
            </button>
          </div>
        </section>
      )}
    </div>
  )
}

const AwayList = ({ news: { people, unnamed } }: { news: News }) => (
  <div className="away-list" data-testid="away-list">
    {unnamed && totalOf(unnamed) > 0 && <Unnamed news={unnamed} />}
    {people.map((person) => (
      <Person key={person.id} person={person} isOnly={people.length === 1 && !unnamed} />
    ))}
  </div>
)

const Person = ({ person, isOnly }: { person: PersonNews; isOnly: boolean }) => (
  <section aria-label={person.name}>
    {!isOnly && (
      <h3>
        <Avatar id={person.id} name={person.name} size={20} /> {personWords(person)}
      </h3>
    )}
    <ul>
      {person.contacts.map((news) => (
        <ContactLine key={news.contactId} news={news} />
      ))}
      {person.more.length > 0 && (
        <li className="quiet small">and {person.more.length.toLocaleString('en')} more</li>
      )}
    </ul>
  </section>
)

const Unnamed = ({ news }: { news: UnnamedNews }) => {
  const more = totalOf(news) - news.contacts.length
  return (
    <section aria-label="By whom is not known">
      <p className="quiet small">
        By whom is not known any more. This is what reads otherwise here now.
      </p>
      <ul>
        {news.contacts.map((one) => (
          <ContactLine key={one.contactId} news={one} />
        ))}
        {more > 0 && <li className="quiet small">and {more.toLocaleString('en')} more</li>}
      </ul>
    </section>
  )
}

const WHAT: Record<ContactNews['what'], string> = {
  created: 'added',
  changed: '',
  deleted: 'deleted',
  restored: 'restored',
}

const ContactLine = ({ news }: { news: ContactNews }) => {
  const id = isContactId(news.contactId) ? news.contactId : undefined
  const contact = useContact(id, ({ name, deletedAt }) => ({ name, isDeleted: deletedAt !== null }))
  const notes = noteWords(news)
  const open = (): void => {
    if (id) go({ view: contact?.isDeleted ? 'deleted' : 'contacts', contactId: id })
  }
  return (
    <li>
      <button type="button" className="away-contact" onClick={open} disabled={!contact}>
        <bdi>{contact?.name || 'A contact without a name'}</bdi>
        {WHAT[news.what] !== '' && <span className="quiet small"> {WHAT[news.what]}</span>}
      </button>
      {lines(news).map((line) => (
        <FieldLine key={`${line.label} ${line.before} ${line.after}`} line={line} />
      ))}
      {notes !== '' && <p className="away-field">{notes}</p>}
    </li>
  )
}

const FieldLine = ({ line }: { line: Line }) => (
  <p className="away-field">
    <span className="quiet">{line.label}: </span>
    {line.before !== '' && (
      <del>
        <span className="unseen">from </span>
        <bdi>{line.before}</bdi>
      </del>
    )}
    {line.before !== '' && ' '}
    {line.after === '' ? (
      <span className="quiet">removed</span>
    ) : (
      <ins>
        <span className="unseen">to </span>
        <bdi>{line.after}</bdi>
      </ins>
    )}
  </p>
)
