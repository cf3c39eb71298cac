import type { ComponentProps, ReactNode } from 'react'
import { classes } from '../classes.js'
import { useOthers } from '../use-people.js'
import { typingWords } from './typing-words.js'

/** What else is given, such as `id`, goes to the element. */
export interface TypingIndicatorProps extends Omit<ComponentProps<'span'>, 'children'> {
  /** Only who types in this contact; in all of them by default. */
  contactId?: string
  /** Only who types in this field, such as `name` or `emails/<entry id>/value`. */
  field?: string
  /** The words for these names; `typingWords` by default. */
  describe?: typeof typingWords
}

/**
 * Who is typing, me left out: animated dots and "Ana is typing…" or "3 people are typing…", which
 * screen readers say politely. Always in the page and as high as its line (with
 * `kith-client/react/styles.css`), so that nothing moves when somebody begins.
 *
 * Parts: `dots`, `text`; `data-typing` is there while somebody types.
 */
export const TypingIndicator = ({
  contactId,
  field,
  describe = typingWords,
  className,
  ...rest
}: TypingIndicatorProps): ReactNode => {
  const names = useOthers((others) =>
    others
      .filter(
        ({ typing, editing }) =>
          typing &&
          (contactId === undefined || editing?.contactId === contactId) &&
          (field === undefined || editing?.field === field),
      )
      .map(({ user }) => user.name),
  )
  const isTyping = names.length > 0
  return (
    <span
      {...rest}
      className={classes('kith-typing', className)}
      data-part="typing"
      data-typing={isTyping ? '' : undefined}
    >
      {isTyping && (
        <span data-part="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
      <span data-part="text" role="status">
        {describe(names)}
      </span>
    </span>
  )
}
