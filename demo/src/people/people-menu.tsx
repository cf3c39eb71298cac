import { Avatar, type Person, presenceWords, useContact } from 'kith-client/react'
import { isContactId } from 'kith-shared'
import type { KeyboardEvent } from 'react'
import { Popover } from '../dialog/popover.js'
import { useFollowing } from './following.js'

export interface PeopleMenuProps {
  /** Those for whom there is no room. */
  hidden: readonly Person[]
  others: readonly Person[]
}

/** "+3", which lists everybody here, with what they do; each can be followed. */
export const PeopleMenu = ({ hidden, others }: PeopleMenuProps) => {
  const names = hidden.map(({ name }) => name).join(', ')
  return (
    // To look for somebody else to follow is no reason to stop.
    <span className="people-more" data-follows="">
      <Popover
        label={`Everybody here: ${hidden.length} more, ${names}`}
        title={`${names}: see everybody`}
        className="kith-pick"
        button={<span className="kith-avatar">+{hidden.length}</span>}
      >
        {(close) => (
          <ul className="people-list" aria-label="Here now" onKeyDown={moveFocus}>
            {others.map((person) => (
              <PersonLine key={person.id} person={person} onPicked={close} />
            ))}
          </ul>
        )}
      </Popover>
    </span>
  )
}

const PersonLine = ({ person, onPicked }: { person: Person; onPicked: () => void }) => {
  const { userId, toggle } = useFollowing()
  const contactId = person.editing?.contactId
  const contactName = useContact(isContactId(contactId) ? contactId : undefined, nameOf)
  const words = presenceWords(person, contactName)
  const isFollowed = userId === person.id
  const pick = (): void => {
    onPicked()
    toggle(person.id)
  }
  return (
    <li data-user={person.id}>
      <button
        type="button"
        className="person-line"
        aria-label={`Follow ${words}`}
        aria-pressed={isFollowed}
        onClick={pick}
      >
        <span className="person-face">
          <Avatar id={person.id} name={person.name} color={person.color} size={28} />
          <span className="kith-status" data-status={person.status} />
        </span>
        <span className="person-text">
          <bdi>{person.name}</bdi>
          {/* The words begin with the name. */}
          <bdi className="quiet small">{words.slice(person.name.length + 2)}</bdi>
        </span>
        <span className="small person-follow">{isFollowed ? 'Following' : 'Follow'}</span>
      </button>
    </li>
  )
}

const nameOf = ({ name }: { name: string }): string => name

const moveFocus = (event: KeyboardEvent): void => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  event.preventDefault()
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const at = buttons.findIndex((button) => button.matches(':focus'))
  buttons.at((at + step) % buttons.length)?.focus()
}
