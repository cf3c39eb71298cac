import { useWorkspace } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from 'react'
import { type Choice, type Group, groupsFor } from './choices.js'
import type { Command } from './command.js'
import { Keys } from './keys.js'
import { type Found, foundAtOnce, useFound } from './use-found.js'

export interface PaletteProps {
  commands: readonly Command[]
  onContact: (id: ContactId) => void
  onClose: () => void
}

/** Finds contacts and commands by some letters. One focus; arrow keys move through what is found. */
export const Palette = ({ commands, onContact, onClose }: PaletteProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const { groups, isAnswered, groupsAtOnce } = useGroups(text, commands, onContact)
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
  const [isEntered, setEntered] = useState(false)
  useEffect(() => {
    if (!isEntered || !isAnswered) return
    setEntered(false)
    choose(choices[at])
  })
  const enter = (): void => {
    const now = isAnswered ? undefined : groupsAtOnce()
    if (now) choose(now[0]?.choices[0])
    else setEntered(true)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') enter()
    else if (event.key === 'Escape') close()
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
          setEntered(false)
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

/** `isAnswered`: else these are the answer to fewer letters. */
const useGroups = (
  text: string,
  commands: readonly Command[],
  onContact: (id: ContactId) => void,
) => {
  const contacts = useWorkspace()?.contacts
  const groupsOf = (found: Found): Group[] => groupsFor(contacts, found, commands, onContact)
  // Typing stays ahead of a search through thousands.
  const found = useFound(useDeferredValue(text))
  return {
    groups: groupsOf(found),
    isAnswered: found.search === text,
    /** `undefined` where it takes a while. */
    groupsAtOnce: (): readonly Group[] | undefined => {
      const now = foundAtOnce(contacts, text)
      return now && groupsOf(now)
    },
  }
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
