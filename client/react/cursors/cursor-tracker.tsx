import { type ComponentProps, type CSSProperties, type ReactNode, useEffect, useRef } from 'react'
import { classes } from '../classes.js'
import { useWorkspace } from '../provider.js'
import { type CursorKind, CursorLayer } from './cursor-layer.js'

/** What else is given, such as `id`, goes to the element around the children. */
export interface CursorTrackerProps extends ComponentProps<'div'> {
  /** Which marks to show; all by default. */
  show?: readonly CursorKind[]
}

/**
 * Where the others are, over its children: their carets in the texts of `useField` and `useAbout`,
 * a frame with a name around the fields that they are in, and a badge on every element with
 * `data-kith-contact="<contact id>"` whose contact they edit. Carets are anchored to letters, glide
 * (or jump, where reduced motion is asked for), show their name for 2 s after each move, and go
 * when their person leaves the field. Nothing of it renders React, moves the page, takes the
 * pointer or is read to anybody.
 *
 * Put it inside of what scrolls. The marks' looks are in `kith-client/react/styles.css`.
 *
 * Parts: `caret` (with `data-alone` where no other person's is in the text) with `caret-label`,
 * `field` and `row` with `chip`; all in `cursors`.
 */
export const CursorTracker = ({
  show = EVERYTHING,
  className,
  style,
  children,
  ...rest
}: CursorTrackerProps): ReactNode => {
  const workspace = useWorkspace()
  const layer = useRef<HTMLDivElement>(null)
  // An array that is written inline is a new one in each render.
  const kinds = show.join(' ')
  useEffect(() => {
    const element = layer.current
    const region = element?.parentElement
    if (workspace === undefined || element === null || !region || !hasLayout()) return
    // It holds what `show` held.
    const shown = new Set(kinds.split(' ') as CursorKind[])
    const marks = new CursorLayer(workspace, { layer: element, region }, shown)
    marks.start()
    return () => marks.close()
  }, [workspace, kinds])
  return (
    <div
      {...rest}
      className={classes('kith-cursor-tracker', className)}
      style={{ position: 'relative', ...style }}
    >
      {children}
      <div
        className="kith-cursors"
        data-part="cursors"
        aria-hidden="true"
        ref={layer}
        style={LAYER}
      />
    </div>
  )
}

/** jsdom, in which apps test their components, places nothing: no mark could have a place. */
const hasLayout = (): boolean =>
  ['ResizeObserver', 'matchMedia', 'CSS'].every((part) => part in window) && 'fonts' in document

const EVERYTHING: readonly CursorKind[] = ['caret', 'field', 'row']

/** Not a matter of style: it must neither move the page nor take the pointer. */
const LAYER: CSSProperties = {
  position: 'absolute',
  top: 0,
  left: 0,
  width: 0,
  height: 0,
  zIndex: 1,
  pointerEvents: 'none',
}
