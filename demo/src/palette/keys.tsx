import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'

/** What the app's keys do, in the order in which the help tells them. */
export const KEYS: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Anywhere',
    keys: [
      ['mod+K', 'Find a contact or a command'],
      ['/', 'Search the list'],
      ['n', 'New contact'],
      ['mod+Z', 'Undo'],
      ['mod+shift+Z', 'Redo'],
      ['Esc', 'Back, one level at a time'],
      ['?', 'This help'],
    ],
  },
  {
    title: 'In the list',
    keys: [
      ['j or ↓', 'Next contact'],
      ['k or ↑', 'Previous contact'],
      ['Enter or e', 'Edit'],
      ['x', 'Select, or not'],
      ['shift+↓', 'Select while moving'],
      ['mod+A', 'Select all'],
      ['Delete', 'Delete what is selected or open'],
    ],
  },
]

const isApple = /mac|iphone|ipad/i.test(navigator.platform)

const NAMES: Readonly<Record<string, ReactNode>> = {
  ...(isApple ? { mod: '⌘', shift: '⇧' } : { mod: 'Ctrl', shift: 'Shift' }),
  // Not every font has them.
  '↓': <ArrowDown size={12} role="img" aria-label="Down" />,
  '↑': <ArrowUp size={12} role="img" aria-label="Up" />,
}

/** `mod+K` as this machine's keyboard has it. */
export const Keys = ({ keys }: { keys: string }) => (
  <span className="keys">
    {keys
      .split(' ')
      .map((word) =>
        word === 'or' ? (
          <span key={word}> or </span>
        ) : (
          word.split('+').map((key) => <kbd key={key}>{NAMES[key] ?? key}</kbd>)
        ),
      )}
  </span>
)
