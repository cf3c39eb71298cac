import type { DocumentIndex } from 'kith-client'
import { initialsOf, useWorkspace } from 'kith-client/react'
import { type ContactId, selectContactIds } from 'kith-shared'
import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useRef,
  useState,
} from 'react'
import { simplified } from '../list/simplified.js'
import { type Command, matching } from './command.js'
import { Keys } from './keys.js'

export interface PaletteProps {
  commands: readonly Command[]
  onContact: (id: ContactId) => void
  onClose: () => void
}

interface Choice {
  id: string
  icon: ReactNode
  words: string
  detail?: string
  keys?: string | undefined
  run: () => void
}

/** Contacts shown at once: more than these are found by another letter. */
const MOST_CONTACTS = 8

/** Finds contacts and commands by some letters. One focus; arrow keys move through what is found. */
export const Palette = ({ commands, onContact, onClose }: PaletteProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const contacts = useWorkspace()?.contacts
  const find = (search: string): Group[] => groupsFor(contacts, search, commands, onContact)
  // Typing stays ahead of a search through thousands.
  const searched = useDeferredValue(text)
  const groups = find(searched)
  const choices = groups.flatMap((group) => group.choices)
  const [wanted, setAt] = useState(0)
  const at = Math.min(wanted, choices.length - 1)
  useEffect(() => dialog.current?.showModal(), [])
  // Said at once: the dialog's own event comes a task later, when it may have been asked for again.
  const close = (): void => {
    dialog.current?.close()
    onClose()
  }
  const choose = (choice: Choice | undefined): void => {
    if (!choice) return
    // Closed first: what is chosen may take the focus, or open a dialog of its own.
    close()
    choice.run()
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') {
      // What is shown may still be the answer to fewer letters.
      choose(searched === text ? choices[at] : find(text)[0]?.choices[0])
    } else if (event.key === 'Escape') close()
    else if (step === undefined) return
    else if (choices.length > 0) setAt((at + step + choices.length) % choices.length)
    event.preventDefault()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it as well
    <dialog
      className="palette"
      ref={dialog}
      aria-label="Command palette"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) close()
      }}
    >
      <input
        role="combobox"
        aria-label="Find contacts and commands"
        aria-expanded="true"
        aria-controls="palette-choices"
        aria-activedescendant={at >= 0 ? `choice-${at}` : undefined}
        aria-autocomplete="list"
        placeholder="Find a contact or a command"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
        autoComplete="off"
        spellCheck={false}
      />
      <Choices groups={groups} at={at} onChoose={choose} />
      {choices.length === 0 && (
        <p className="palette-nothing quiet" role="status">
          Nothing found
        </p>
      )}
    </dialog>
  )
}

interface Group {
  title: string
  choices: Choice[]
}

const groupsFor = (
  contacts: DocumentIndex | undefined,
  search: string,
  commands: readonly Command[],
  onContact: (id: ContactId) => void,
): Group[] => {
  const fitting = { title: 'Commands', choices: [...matching(commands, search)] }
  if (!contacts || search.trim() === '') return [fitting]
  const ids = selectContactIds(contacts, { search }).slice(0, MOST_CONTACTS)
  const people = ids.flatMap((id): Choice[] => {
    const contact = contacts.contact(id)
    if (!contact) return []
    const name = contact.name.slice(0, 200) || 'No name'
    const detail = (contact.company || contact.emails[0]?.value || '').slice(0, 200)
    return [{ id, icon: initialsOf(name), words: name, detail, run: () => onContact(id) }]
  })
  const found = { title: 'Contacts', choices: people }
  const order = doPeopleLead(people, fitting.choices, search) ? [found, fitting] : [fitting, found]
  return order.filter((group) => group.choices.length > 0)
}

/** Where a name begins as what was typed, people come before commands that don't. */
const doPeopleLead = (
  people: readonly Choice[],
  commands: readonly Choice[],
  search: string,
): boolean => {
  const typed = simplified(search.trim())
  const begins = ({ words }: Choice): boolean => simplified(words).startsWith(typed)
  return people.some(begins) && !commands.some(begins)
}

interface ChoicesProps {
  groups: readonly Group[]
  at: number
  onChoose: (choice: Choice) => void
}

const Choices = ({ groups, at, onChoose }: ChoicesProps) => {
  const list = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is chosen
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [at, groups])
  let place = -1
  return (
    <div
      className="palette-choices"
      id="palette-choices"
      role="listbox"
      aria-label="Contacts and commands"
      ref={list}
      tabIndex={-1}
    >
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: options of a list box have no fieldset
        <div key={group.title} role="group" aria-label={group.title}>
          <div className="choices-title" aria-hidden="true">
            {group.title}
          </div>
          {group.choices.map((choice) => {
            place += 1
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the input has the focus
              <div
                key={choice.id}
                className="palette-choice"
                role="option"
                id={`choice-${place}`}
                aria-selected={place === at}
                onClick={() => onChoose(choice)}
              >
                <span
                  className={typeof choice.icon === 'string' ? 'choice-initials' : 'choice-icon'}
                  aria-hidden="true"
                >
                  {choice.icon}
                </span>
                <bdi className="choice-words">{choice.words}</bdi>
                {choice.detail && <bdi className="choice-detail">{choice.detail}</bdi>}
                {choice.keys && <Keys keys={choice.keys} />}
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}
