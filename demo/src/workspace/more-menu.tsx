import {
  Copy,
  Download,
  Ellipsis,
  Keyboard,
  LayoutGrid,
  LogOut,
  Search,
  Settings,
  Trash2,
  Upload,
  UserPlus,
  Users,
} from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Keys } from '../palette/keys.js'
import { useWhyReadOnly } from '../session/use-may-write.js'
import { goTo, WORKSPACES } from '../workspaces/place.js'
import { go } from './route.js'

export interface MoreMenuProps {
  name: string
  onPalette: () => void
  onImport: () => void
  onExport: () => void
  onDuplicates: () => void
  onHelp: () => void
  onPeople: () => void
  onSettings: () => void
  onSignOut: () => void
}

export const MoreMenu = (props: MoreMenuProps) => {
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    place.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false)
    }
    addEventListener('pointerdown', onPointer)
    return () => removeEventListener('pointerdown', onPointer)
  }, [isOpen])
  const choose = (act: () => void) => () => {
    setOpen(false)
    // A dialog that closes gives the focus back to what had it: the item is gone by then.
    place.current?.querySelector<HTMLElement>('button')?.focus()
    act()
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      // The menu alone is left, not the contact beneath it as well.
      event.preventDefault()
      setOpen(false)
      place.current?.querySelector<HTMLElement>('button')?.focus()
    } else if (event.key === 'Tab') setOpen(false)
    else moveFocus(event)
  }
  return (
    <div className="menu-place" ref={place} onKeyDown={isOpen ? onKey : undefined} role="none">
      <button
        type="button"
        className="icon-button"
        aria-label="More"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Ellipsis aria-hidden="true" size={18} />
      </button>
      {isOpen && (
        <div className="menu" role="menu" aria-label="More">
          <Items {...props} choose={choose} />
        </div>
      )}
    </div>
  )
}

const Items = (props: MoreMenuProps & { choose: (act: () => void) => () => void }) => {
  const { choose } = props
  const whyReadOnly = useWhyReadOnly()
  return (
    <>
      <Item icon={<Search size={16} />} onClick={choose(props.onPalette)}>
        Find… <Keys keys="mod+K" />
      </Item>
      <Item icon={<Upload size={16} />} onClick={choose(props.onImport)} whyNot={whyReadOnly}>
        Import contacts…
      </Item>
      <Item icon={<Download size={16} />} onClick={choose(props.onExport)}>
        Export contacts…
      </Item>
      <Item icon={<Copy size={16} />} onClick={choose(props.onDuplicates)}>
        Find duplicates
      </Item>
      <Item
        icon={<Users size={16} />}
        onClick={choose(() => go({ view: 'contacts', contactId: undefined }))}
      >
        All contacts
      </Item>
      <Item
        icon={<Trash2 size={16} />}
        onClick={choose(() => go({ view: 'deleted', contactId: undefined }))}
      >
        Deleted contacts
      </Item>
      <hr />
      <Item icon={<UserPlus size={16} />} onClick={choose(props.onPeople)}>
        People and invites…
      </Item>
      <Item icon={<Settings size={16} />} onClick={choose(props.onSettings)}>
        Workspace settings…
      </Item>
      <Item icon={<LayoutGrid size={16} />} onClick={choose(() => goTo(WORKSPACES))}>
        My workspaces
      </Item>
      <Item icon={<Keyboard size={16} />} onClick={choose(props.onHelp)}>
        Keyboard shortcuts
      </Item>
      <hr />
      <Item icon={<LogOut size={16} />} onClick={choose(props.onSignOut)}>
        Sign out {props.name}
      </Item>
    </>
  )
}

interface ItemProps {
  icon: ReactNode
  onClick: () => void
  children: ReactNode
  /** Stands in it, and it does nothing. */
  whyNot?: string | undefined
}

const Item = ({ icon, onClick, children, whyNot }: ItemProps) => (
  <button
    type="button"
    role="menuitem"
    tabIndex={-1}
    aria-disabled={whyNot !== undefined}
    onClick={whyNot === undefined ? onClick : undefined}
  >
    <span aria-hidden="true">{icon}</span>
    <span className="menu-words">
      {children}
      {whyNot && <span className="menu-why small">{whyNot}</span>}
    </span>
  </button>
)

/** By arrows, to either end, and to the next item that begins with a letter. */
const moveFocus = (event: KeyboardEvent): void => {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  const next = nextOf(event, items)
  if (!next) return
  event.preventDefault()
  next.focus()
}

const nextOf = (event: KeyboardEvent, items: readonly HTMLElement[]): HTMLElement | undefined => {
  const at = items.findIndex((item) => item.matches(':focus'))
  switch (event.key) {
    case 'ArrowDown':
      return items[(at + 1) % items.length]
    case 'ArrowUp':
      return items.at(at - 1)
    case 'Home':
      return items[0]
    case 'End':
      return items.at(-1)
    default: {
      if (!/^\p{L}$/u.test(event.key) || event.ctrlKey || event.metaKey) return undefined
      const letter = event.key.toLowerCase()
      const inOrder = [...items.slice(at + 1), ...items.slice(0, at + 1)]
      return inOrder.find((item) => item.textContent?.toLowerCase().startsWith(letter))
    }
  }
}
