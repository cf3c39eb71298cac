import { X } from 'lucide-react'
import { useState } from 'react'
import { Confirm } from '../dialog/confirm.js'
import type { WorkspaceEntry } from '../directory/directory-answers.js'
import { useFocusBack } from '../focus/use-focus-back.js'
import { useAccount } from '../session/account.js'
import { useToast } from '../toast/toast.js'
import { keptBehind } from './known-workspaces.js'
import { takeOffDevice } from './take-off-device.js'
import { Tile } from './tile.js'

interface KeptBehindProps {
  mine: readonly WorkspaceEntry[]
  onOpen: (workspaceId: string) => void
}

/** Where I am no member any more: what this device holds can still be read there. */
export const KeptBehind = ({ mine, onOpen }: KeptBehindProps) => {
  const { userId } = useAccount().session
  const [, setForgotten] = useState(0)
  const kept = keptBehind(userId, mine)
  if (kept.length === 0) return null
  return (
    <section aria-labelledby="kept-title">
      <h2 id="kept-title">Only on this device</h2>
      <p className="quiet small">
        You are not a member of these. What was here when you left can still be read.
      </p>
      <ul className="workspaces">
        {kept.map(({ id, name }) => (
          <KeptEntry
            key={id}
            id={id}
            name={name}
            onOpen={() => onOpen(id)}
            onForgotten={() => setForgotten((count) => count + 1)}
          />
        ))}
      </ul>
    </section>
  )
}

interface KeptEntryProps {
  id: string
  name: string
  onOpen: () => void
  onForgotten: () => void
}

const KeptEntry = ({ id, name, onOpen, onForgotten }: KeptEntryProps) => {
  const { userId } = useAccount().session
  const toast = useToast()
  const [isUnsaved, setUnsaved] = useState(false)
  const asker = useFocusBack(isUnsaved)
  const forget = async (unsaved: 'keep' | 'discard'): Promise<void> => {
    const { outcome } = await takeOffDevice(userId, id, unsaved)
    setUnsaved(outcome === 'unsaved')
    if (outcome === 'forgotten') onForgotten()
    if (outcome === 'failed') toast({ text: `This browser did not delete “${name}”` })
  }
  if (isUnsaved) {
    return (
      <li>
        <Confirm
          question={`“${name}” holds changes of yours that no server has. Delete them, too?`}
          act="Delete"
          onConfirm={() => forget('discard')}
          onCancel={() => setUnsaved(false)}
        />
      </li>
    )
  }
  return (
    <li className="kept-entry">
      <button type="button" className="workspace-entry" onClick={onOpen}>
        <Tile name={name} />
        <span className="row-name">{name}</span>
      </button>
      <button
        type="button"
        className="icon-button"
        ref={asker}
        aria-label={`Delete ${name} from this device`}
        title="Delete from this device"
        onClick={() => void forget('keep')}
      >
        <X aria-hidden="true" size={16} />
      </button>
    </li>
  )
}
