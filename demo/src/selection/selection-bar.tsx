import { useWorkspace } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { Merge, RotateCcw, Star, Tag, Tags, Trash2, X } from 'lucide-react'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Popover } from '../dialog/popover.js'
import { useListState } from '../list/list-state.js'
import { useTags } from '../list/use-tags.js'
import { useMayWrite } from '../session/use-may-write.js'
import type { BulkEdit } from './bulk.js'
import { everything, NOTHING_PICKED } from './selection.js'
import { useBulk } from './use-bulk.js'

/** More than this nobody compares side by side. */
export const MAX_MERGED = 20

/** What can be done to what is picked; as high as what it stands in place of. */
export const SelectionBar = ({ onMerge }: { onMerge: (ids: readonly ContactId[]) => void }) => {
  const { view, ids, selection, setSelection } = useListState()
  const mayWrite = useMayWrite()
  const bulk = useBulk()
  const { picked } = selection
  const act = (edit: BulkEdit): void => bulk(picked, edit)
  return (
    <div className="list-facts selection-bar" role="toolbar" aria-label="Selected contacts">
      <span className="picked">
        <AllBox />
        <span role="status" data-testid="picked-count">
          {picked.size.toLocaleString('en')}
          <span className="picked-word"> selected</span>
        </span>
      </span>
      <span className="list-tools">
        {mayWrite && view === 'contacts' && (
          <>
            <TagPopover
              label="Tag"
              icon={<Tag aria-hidden="true" size={15} />}
              onTag={(tag) => act({ type: 'tag', tag })}
            />
            <TagPopover
              label="Take off a tag"
              icon={<Tags aria-hidden="true" size={15} />}
              isKnownOnly
              onTag={(tag) => act({ type: 'untag', tag })}
            />
            <FavoriteAll onFavorite={(favorite) => act({ type: 'favorite', favorite })} />
            {picked.size > 1 && picked.size <= MAX_MERGED && (
              <BarButton label="Merge…" onClick={() => onMerge(ids.filter((id) => picked.has(id)))}>
                <Merge aria-hidden="true" size={15} />
              </BarButton>
            )}
            <BarButton label="Delete" onClick={() => act({ type: 'delete' })}>
              <Trash2 aria-hidden="true" size={15} />
            </BarButton>
          </>
        )}
        {mayWrite && view === 'deleted' && (
          <BarButton label="Restore" onClick={() => act({ type: 'restore' })}>
            <RotateCcw aria-hidden="true" size={15} />
          </BarButton>
        )}
        <BarButton label="Clear selection" onClick={() => setSelection(() => NOTHING_PICKED)}>
          <X aria-hidden="true" size={15} />
        </BarButton>
      </span>
    </div>
  )
}

/** Picks all that the list shows; where all are picked, none. */
const AllBox = () => {
  const { ids, selection, setSelection } = useListState()
  const areAll = selection.picked.size === ids.length
  return (
    <label className="all-box" title={areAll ? 'Select none' : 'Select all'}>
      <input
        type="checkbox"
        aria-label="Select all"
        checked={areAll}
        ref={(box) => {
          if (box) box.indeterminate = !areAll
        }}
        onChange={() => {
          setSelection(() => (areAll ? NOTHING_PICKED : everything(ids)))
          if (areAll) document.getElementById('contact-list')?.focus()
        }}
      />
    </label>
  )
}

const BarButton = (props: { label: string; onClick: () => void; children: ReactNode }) => (
  <button
    type="button"
    className="bar-button"
    aria-label={props.label}
    title={props.label}
    onClick={() => {
      props.onClick()
      // The bar may be gone by now, and the keyboard goes on in the list.
      document.getElementById('contact-list')?.focus()
    }}
  >
    {props.children}
  </button>
)

/** Takes them off the favourites where all of them are in it. */
const FavoriteAll = ({ onFavorite }: { onFavorite: (favorite: boolean) => void }) => {
  const workspace = useWorkspace()
  const { picked } = useListState().selection
  const toggle = (): void =>
    onFavorite([...picked].some((id) => workspace?.contacts.contact(id)?.favorite !== true))
  return (
    <BarButton label="Favourite" onClick={toggle}>
      <Star aria-hidden="true" size={15} />
    </BarButton>
  )
}

interface TagPopoverProps {
  label: string
  icon: ReactNode
  /** Only what one of the picked contacts has. */
  isKnownOnly?: boolean
  onTag: (tag: string) => void
}

const TagPopover = ({ label, icon, isKnownOnly = false, onTag }: TagPopoverProps) => (
  <Popover label={label} className="bar-button" button={icon}>
    {(close) => (
      <TagPanel
        isKnownOnly={isKnownOnly}
        onTag={(tag) => {
          close()
          onTag(tag)
        }}
      />
    )}
  </Popover>
)

const TagPanel = ({
  isKnownOnly,
  onTag,
}: {
  isKnownOnly: boolean
  onTag: (tag: string) => void
}) => {
  const known = useTags()
  const own = useOwnTags()
  const [text, setText] = useState('')
  const listId = useId()
  const tags = isKnownOnly ? own : known
  const wanted = text.trim().toLowerCase()
  const shown = tags.filter((tag) => tag.toLowerCase().includes(wanted))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const first = shown.find((tag) => tag.toLowerCase() === wanted) ?? shown[0]
    const tag = isKnownOnly ? first : text.trim()
    if (tag !== undefined && tag !== '') onTag(tag)
  }
  return (
    <form className="tag-panel" onSubmit={submit}>
      <input
        aria-label={isKnownOnly ? 'Tag to take off' : 'Tag to add'}
        aria-controls={listId}
        placeholder={isKnownOnly ? 'Which tag?' : 'Tag, new or known'}
        value={text}
        maxLength={100}
        onChange={(event) => setText(event.target.value)}
        autoComplete="off"
      />
      <div className="tag-checks" id={listId}>
        {shown.map((tag) => (
          <button key={tag} type="button" className="saved-filter" onClick={() => onTag(tag)}>
            <bdi>{tag}</bdi>
          </button>
        ))}
        {isKnownOnly && own.length === 0 && <p className="quiet small">They have no tags.</p>}
      </div>
    </form>
  )
}

/** Of the picked contacts. */
const useOwnTags = (): string[] => {
  const workspace = useWorkspace()
  const { picked } = useListState().selection
  const tags = new Set<string>()
  for (const id of picked) {
    for (const tag of workspace?.contacts.contact(id)?.tags ?? []) tags.add(tag)
  }
  return [...tags].sort((a, b) => a.localeCompare(b))
}
