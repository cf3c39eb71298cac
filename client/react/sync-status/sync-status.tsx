import type { ComponentProps, ReactNode } from 'react'
import { classes } from '../classes.js'
import { useSyncStatus } from '../use-sync-status.js'
import { type StatusWords, statusWords } from './status-words.js'
import { useStatusTimes } from './use-status-times.js'

/** What else is given, such as `id`, goes to the element. */
export interface SyncStatusProps extends Omit<ComponentProps<'div'>, 'children'> {
  /** What the dot stands for, one text a tone, for a pointer; English by default. */
  dotLabels?: Readonly<Record<StatusWords['tone'], string>>
  /** The words for a status; `statusWords` by default. '' leaves the dot alone. */
  describe?: typeof statusWords
}

/**
 * A dot, and a line of text where there is something to say: "Saving…" after 300 ms, "Saved" for a
 * second, "Offline. 3 changes kept on this device" after 5 s. Always there, always as high, and as
 * wide as its place, so that no news shifts the page (with `kith-client/react/styles.css`).
 *
 * Parts: `dot`, `text`; `data-tone` tells `calm`, `busy`, `saved`, `away` or `problem`.
 */
export const SyncStatus = ({
  className,
  style,
  dotLabels = DOT_LABELS,
  describe = statusWords,
  ...rest
}: SyncStatusProps): ReactNode => {
  const status = useSyncStatus()
  const { tone, text } = describe(status, useStatusTimes())
  return (
    <div
      {...rest}
      className={classes('kith-sync', className)}
      // As high without words as with them, whatever the style.
      style={{ minBlockSize: '1lh', ...style }}
      data-part="sync-status"
      data-tone={tone}
      data-state={status.connection.state}
      data-pending={status.pending}
      data-on-device={status.onDevice}
    >
      <span data-part="dot" title={dotLabels[tone]} />
      <span data-part="text" role="status" aria-label="Connection status">
        {text}
      </span>
    </div>
  )
}

const DOT_LABELS = {
  calm: 'Nothing waits to be saved',
  busy: 'Busy',
  saved: 'Saved',
  away: 'Not connected, or not saved yet',
  problem: 'Something needs you',
} as const
