import { isContactId } from 'kith-shared'
import { type ComponentProps, memo, type ReactNode, useEffect, useRef, useState } from 'react'
import { classes } from '../classes.js'
import { useContact } from '../use-contact.js'
import type { Person } from '../use-presence.js'
import { Avatar } from './avatar.js'
import { joinedWords, presenceWords } from './presence-words.js'
import type { People } from './steady-people.js'
import { useTooltip } from './tooltip.js'
import { UNSEEN } from './unseen.js'
import { useSteadyPeople } from './use-steady-people.js'

/** What else is given, such as `id`, goes to the list. */
export interface PresenceIndicatorProps extends Omit<ComponentProps<'ul'>, 'children'> {
  /** How many of the others have an avatar before "+N" stands for the rest. Default 4. */
  max?: number
  /** My name as the app knows it, until a server has said it: my avatar is there from the start. */
  selfName?: string
  /** The words of a tooltip, which a screen reader says too; `presenceWords` by default. */
  describe?: typeof presenceWords
  /** Makes each of the others a button, such as for following them. */
  onPick?: ((userId: string) => void) | undefined
  /** Whose button is pressed. */
  picked?: string | undefined
  /** The name of a button; "Follow Ana" by default. */
  pickLabel?: (person: Person) => string
  /**
   * What stands in place of "+N" and its tooltip, such as a button that lists everybody. `hidden` are
   * those without an avatar, `others` all but me.
   */
  renderMore?: ((hidden: readonly Person[], others: readonly Person[]) => ReactNode) | undefined
}

/**
 * Who is here: one avatar a person, however many tabs they have, mine first. Each has a dot for
 * online, idle or away, and says on hover and focus what the person does. Screen readers hear,
 * politely, who joins. A drop of less than 5 s changes nothing.
 *
 * Parts: `person` (with `data-user`, `data-status`, `data-self`), `pick`, `avatar`, `status`,
 * `tooltip`, `more`, `news`. Layout and colours are the stylesheet's, `kith-client/react/styles.css`.
 */
export const PresenceIndicator = ({
  max = 4,
  selfName,
  describe = presenceWords,
  onPick,
  picked,
  pickLabel = followWords,
  renderMore,
  className,
  ...rest
}: PresenceIndicatorProps): ReactNode => {
  const people = useSteadyPeople(selfName)
  const { self, others } = people
  // "+1" would take as much room as the one person whom it hides.
  const shown = others.slice(0, others.length > max + 1 ? max : max + 1)
  const hidden = others.slice(shown.length)
  return (
    <>
      <ul aria-label="Here now" {...rest} className={classes('kith-presence', className)}>
        {self !== undefined && <PersonItem person={self} describe={describe} />}
        {shown.map((person) => (
          <PersonItem
            key={person.id}
            person={person}
            describe={describe}
            pick={onPick && { onPick, isPicked: picked === person.id, label: pickLabel(person) }}
          />
        ))}
        {hidden.length > 0 &&
          (renderMore ? (
            <li className="kith-person" data-part="more">
              {renderMore(hidden, others)}
            </li>
          ) : (
            <More names={hidden.map(({ name }) => name)} />
          ))}
      </ul>
      <News people={people} />
    </>
  )
}

const followWords = ({ name }: Person): string => `Follow ${name}`

interface PersonItemProps {
  person: Person
  describe: typeof presenceWords
  pick?: { onPick: (userId: string) => void; isPicked: boolean; label: string } | undefined
}

const PersonItem = memo(({ person, describe, pick }: PersonItemProps) => {
  const contactId = person.editing?.contactId
  const contactName = useContact(isContactId(contactId) ? contactId : undefined, nameOf)
  const says = describe(person, contactName)
  const { props, tooltip } = useTooltip(says)
  const avatar = <Avatar id={person.id} name={person.name} color={person.color} />
  return (
    <li
      {...props}
      className="kith-person"
      data-part="person"
      data-user={person.id}
      data-status={person.status}
      data-self={person.isSelf ? '' : undefined}
      tabIndex={pick ? undefined : 0}
      aria-label={says}
    >
      {pick ? (
        <button
          type="button"
          className="kith-pick"
          data-part="pick"
          aria-label={pick.label}
          aria-pressed={pick.isPicked}
          onClick={() => pick.onPick(person.id)}
        >
          {avatar}
        </button>
      ) : (
        avatar
      )}
      <span className="kith-status" data-part="status" data-status={person.status} />
      {tooltip}
    </li>
  )
}, sameItem)

/** Mine is made anew in each render. */
function sameItem(a: PersonItemProps, b: PersonItemProps): boolean {
  return (
    a.describe === b.describe &&
    a.pick?.onPick === b.pick?.onPick &&
    JSON.stringify([a.person, a.pick]) === JSON.stringify([b.person, b.pick])
  )
}

const nameOf = ({ name }: { name: string }): string => name

const More = ({ names }: { names: readonly string[] }) => {
  const { props, tooltip } = useTooltip(names.join(', '))
  return (
    <li
      {...props}
      className="kith-person"
      data-part="more"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keys
      tabIndex={0}
      aria-label={`${names.length} more: ${names.join(', ')}`}
    >
      <span className="kith-avatar">+{names.length}</span>
      {tooltip}
    </li>
  )
}

/** Says who has joined; who was here before me, or is back after a drop, is no news. */
const News = ({ people: { others, isSettled } }: { people: People }) => {
  const [news, setNews] = useState('')
  const known = useRef<ReadonlySet<string>>(undefined)
  useEffect(() => {
    const before = known.current
    known.current = isSettled ? new Set(others.map(({ id }) => id)) : undefined
    if (before === undefined || !isSettled) return
    const joined = others.filter(({ id }) => !before.has(id)).map(({ name }) => name)
    if (joined.length > 0) setNews(joinedWords(joined))
    // Said again when the same person comes back.
    else if ([...before].some((id) => !known.current?.has(id))) setNews('')
  }, [others, isSettled])
  return (
    <span role="status" data-part="news" style={UNSEEN}>
      {news}
    </span>
  )
}
