import { useSyncStatus, useWorkspace } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { Merge } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { BackButton } from '../contact/contact-pane.js'
import { useAccount } from '../session/account.js'
import { useMayWrite, useWhyReadOnly } from '../session/use-may-write.js'
import { useToast } from '../toast/toast.js'
import { shortName } from '../toast/undo-words.js'
import { MAX_TOGETHER, undismissed } from './dismissals.js'
import { DismissedGroups } from './dismissed-groups.js'
import { DuplicateGroup } from './duplicate-group.js'
import type { Duplicates, Likeness } from './find.js'
import { type Dismissals, useDismissals } from './kept-dismissals.js'
import { MergeForm } from './merge-form.js'
import { useDuplicates } from './use-duplicates.js'

export interface DuplicatesPaneProps {
  /** What is being merged; `undefined`: all that seems to be the same is listed. */
  merging: readonly ContactId[] | undefined
  onMerging: (ids: readonly ContactId[] | undefined) => void
}

export const DuplicatesPane = ({ merging, onMerging }: DuplicatesPaneProps) => (
  <main className="contact-pane" aria-label="Duplicates">
    <article className="contact duplicates">
      <BackButton view="contacts" />
      {merging ? (
        <MergeForm key={merging.join()} ids={merging} onDone={() => onMerging(undefined)} />
      ) : (
        <Groups onMerging={onMerging} />
      )}
    </article>
  </main>
)

/** More are shown once these are done. */
const SHOWN = 100

const Groups = ({ onMerging }: Pick<DuplicatesPaneProps, 'onMerging'>) => {
  const { session } = useAccount()
  const workspace = useWorkspace()
  const dismissals = useDismissals(session.userId, session.workspaceId ?? '')
  const found = useDuplicates()
  const groups = useMemo(
    () => found && undismissed(found, dismissals.all, (id) => workspace?.contacts.contact(id)),
    [found, dismissals.all, workspace],
  )
  const whyReadOnly = useWhyReadOnly()
  const title = useRef<HTMLHeadingElement>(null)
  const isLoading = useSyncStatus(({ connection }) => connection.state === 'loading')
  if (groups === undefined || isLoading) return null
  return (
    <>
      <header className="duplicates-head">
        <h2 tabIndex={-1} ref={title}>
          Duplicates
        </h2>
        <p className="quiet" role="status" data-testid="duplicate-count">
          {countWords(groups.length, dismissals.all.length > 0)}
        </p>
      </header>
      {whyReadOnly && groups.length > 0 && <p className="notice">{whyReadOnly}</p>}
      <ul className="duplicate-groups" aria-label="Groups">
        {groups.slice(0, SHOWN).map((group) => (
          <Group
            key={group.ids.join()}
            group={group}
            dismissals={dismissals}
            onMerging={onMerging}
            onGone={() => title.current?.focus()}
          />
        ))}
      </ul>
      {groups.length > SHOWN && <p className="quiet small">The first {SHOWN} are shown.</p>}
      <DismissedGroups
        dismissals={dismissals.all}
        onBringBack={(ids) => {
          title.current?.focus()
          dismissals.bringBack(ids)
        }}
      />
    </>
  )
}

const countWords = (count: number, isAnyDismissed: boolean): string => {
  if (count === 1) return '1 group of contacts seems to be the same person.'
  if (count > 1) {
    return `${count.toLocaleString('en')} groups of contacts seem to be the same person each.`
  }
  return `No ${isAnyDismissed ? 'other ' : ''}two contacts seem to be the same.`
}

interface GroupProps extends Pick<DuplicatesPaneProps, 'onMerging'> {
  group: Duplicates
  dismissals: Dismissals
  /** What had the focus goes. */
  onGone: () => void
}

const Group = ({ group: { ids, alike }, dismissals, onMerging, onGone }: GroupProps) => {
  const mayWrite = useMayWrite()
  const workspace = useWorkspace()
  const toast = useToast()
  const dismiss = (): void => {
    const names = ids.map((id) => shortName(workspace?.contacts.contact(id)?.name ?? ''))
    onGone()
    dismissals.dismiss(ids)
    toast({
      text: `Not the same person: ${names.length > 3 ? `${names.length} contacts` : listed(names)}`,
      action: { label: 'Undo', run: () => dismissals.bringBack(ids) },
    })
  }
  const likenesses = alike.map((likeness) => WORDS[likeness])
  return (
    <DuplicateGroup ids={ids} says={`Same ${listed(likenesses)}`} testId="duplicates">
      {ids.length <= MAX_TOGETHER && (
        <button type="button" className="button" onClick={dismiss}>
          Not the same person
        </button>
      )}
      {mayWrite && (
        <button type="button" className="button" onClick={() => onMerging(ids)}>
          <Merge aria-hidden="true" size={15} />
          Review
        </button>
      )}
    </DuplicateGroup>
  )
}

const WORDS: Record<Likeness, string> = { email: 'email', phone: 'phone', name: 'name' }

const listed = (words: readonly string[]): string => new Intl.ListFormat('en').format(words)
