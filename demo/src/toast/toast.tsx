import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react'

/** A sentence at the foot of the page, with what can be done about it. */
export interface Toast {
  text: string
  action?: { label: string; run: () => void }
}

/** "Deleted Ana · Undo" stands this long, in milliseconds. */
const STANDS_FOR = 6_000

const ShowToast = createContext<(toast: Toast) => void>(() => undefined)

export const useToast = (): ((toast: Toast) => void) => useContext(ShowToast)

const Announce = createContext<(sentence: string) => void>(() => undefined)

/** Says a sentence to screen readers, politely, for what only shows. */
export const useAnnounce = (): ((sentence: string) => void) => useContext(Announce)

interface Shown extends Toast {
  key: number
}

/** One at a time: the newer sentence takes the older one's place. */
export const ToastProvider = ({ children }: { children: ReactNode }) => {
  const [toast, setToast] = useState<Shown>()
  const [held, setHeld] = useState(false)
  const [said, setSaid] = useState('')
  /** What had the focus before the toast got it. */
  const before = useRef<HTMLElement>(undefined)
  const show = useCallback((next: Toast) => {
    setHeld(false)
    setToast((last) => ({ ...next, key: (last?.key ?? 0) + 1 }))
  }, [])
  useEffect(() => {
    if (!toast || held) return
    const timer = setTimeout(() => setToast(undefined), STANDS_FOR)
    return () => clearTimeout(timer)
  }, [toast, held])
  return (
    <ShowToast.Provider value={show}>
      <Announce.Provider value={setSaid}>{children}</Announce.Provider>
      <p className="unseen" role="status" data-testid="announced">
        {said}
      </p>
      <div className="toast-place" role="status" aria-live="polite">
        {toast && (
          // biome-ignore lint/a11y/noStaticElementInteractions: being there only makes it stay longer
          <div
            className="toast"
            key={toast.key}
            data-testid="toast"
            onMouseEnter={() => setHeld(true)}
            onMouseLeave={() => setHeld(false)}
            onFocus={({ relatedTarget }) => {
              setHeld(true)
              if (relatedTarget instanceof HTMLElement) before.current = relatedTarget
            }}
            onBlur={() => setHeld(false)}
          >
            <span>{toast.text}</span>
            {toast.action && (
              <button
                type="button"
                onClick={({ detail }) => {
                  // By key: the button is gone with its toast.
                  if (detail === 0) before.current?.focus()
                  // First: what it does may have a toast of its own.
                  setToast(undefined)
                  toast.action?.run()
                }}
              >
                {toast.action.label}
              </button>
            )}
          </div>
        )}
      </div>
    </ShowToast.Provider>
  )
}
