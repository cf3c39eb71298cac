import { colorOf } from 'kith-shared'
import type { CSSProperties, ReactNode } from 'react'
import { initialsOf } from './initials.js'

/** For `<Avatar>`. */
export interface AvatarProps {
  id: string
  name: string
  /** The person's own by default, which is the same on every screen. */
  color?: string | undefined
  /** Pixels; the stylesheet's by default. */
  size?: number | undefined
}

/** Initials on the person's colour. Mute: the name stands near, or is said by what holds it. */
export const Avatar = ({ id, name, color = colorOf(id), size }: AvatarProps): ReactNode => (
  <span
    className="kith-avatar"
    data-part="avatar"
    aria-hidden="true"
    style={colored(color, size === undefined ? {} : { '--kith-avatar-size': `${size}px` })}
  >
    {initialsOf(name)}
  </span>
)

/** What the stylesheet reads. */
export const colored = (color: string, more: Record<`--${string}`, string> = {}): CSSProperties => {
  const style: Record<`--${string}`, string> = { '--kith-color': color, ...more }
  return style
}
