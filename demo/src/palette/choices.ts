import type { DocumentIndex } from 'kith-client'
import { initialsOf } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import type { ReactNode } from 'react'
import { simplified } from '../list/simplified.js'
import { type Command, matching } from './command.js'
import type { Found } from './use-found.js'

/** A line of the palette. */
export interface Choice {
  id: string
  icon: ReactNode
  words: string
  detail?: string
  keys?: string | undefined
  run: () => void
}

export interface Group {
  title: string
  choices: Choice[]
}

/** Contacts and commands for what was found, those first that fit better. */
export const groupsFor = (
  contacts: DocumentIndex | undefined,
  { search, ids }: Found,
  commands: readonly Command[],
  onContact: (id: ContactId) => void,
): Group[] => {
  const fitting = { title: 'Commands', choices: [...matching(commands, search)] }
  if (!contacts || search.trim() === '') return [fitting]
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
