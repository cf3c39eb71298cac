import { X } from 'lucide-react'
import { focusNext } from '../focus/focus-next.js'

/** At the end of an entry's row. `name`: as the row is called, "Email 2". */
export const RemoveEntry = ({ name, onRemove }: { name: string; onRemove: () => void }) => (
  <button
    type="button"
    className="icon-button entry-remove"
    aria-label={`Remove ${name.toLowerCase()}`}
    data-removes=""
    onClick={(event) => {
      focusNext(event)
      onRemove()
    }}
  >
    <X aria-hidden="true" size={15} />
  </button>
)
