import { useWorkspace } from 'kith-client/react'
import { useMemo, useState } from 'react'
import { useListState } from './list-state.js'
import { tagCounts } from './tag-counts.js'
import { useTags } from './use-tags.js'

/** More than these are looked for by some letters. */
const LOOKED_OVER = 8

/** Which tags the list is narrowed to, and whether to all or any of them. */
export const TagChoice = () => {
  const { filter, setFilter } = useListState()
  const known = useTags()
  const [wanted, setWanted] = useState('')
  const workspace = useWorkspace()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list of tags, other counts
  const counts = useMemo(() => tagCounts(workspace), [workspace, known])
  // A chosen tag stays choosable when the last contact lost it, else the list seems broken.
  const tags = [...known, ...filter.tags.filter((tag) => !known.includes(tag))]
  if (tags.length === 0) return null
  const letters = wanted.trim().toLowerCase()
  const shown = tags.filter((tag) => tag.toLowerCase().includes(letters))
  const choose = (tag: string, isChosen: boolean): void => {
    const others = filter.tags.filter((other) => other !== tag)
    setFilter({ ...filter, tags: isChosen ? [...others, tag] : others })
  }
  return (
    <fieldset className="tag-choice">
      <legend>Tags</legend>
      <Match />
      {tags.length > LOOKED_OVER && (
        <input
          className="tag-find"
          aria-label="Find a tag"
          placeholder="Find a tag"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          autoComplete="off"
        />
      )}
      <div className="tag-checks">
        {shown.map((tag) => (
          <label className="check" key={tag}>
            <input
              type="checkbox"
              checked={filter.tags.includes(tag)}
              onChange={(event) => choose(tag, event.target.checked)}
            />
            <bdi>{tag}</bdi>
            <span className="tag-count" aria-hidden="true">
              {(counts.get(tag) ?? 0).toLocaleString('en')}
            </span>
          </label>
        ))}
        {shown.length === 0 && <p className="quiet small">No tag has these letters.</p>}
      </div>
    </fieldset>
  )
}

const Match = () => {
  const { filter, setFilter } = useListState()
  return (
    <select
      aria-label="Match"
      value={filter.match}
      onChange={({ target }) =>
        setFilter({ ...filter, match: target.value === 'any' ? 'any' : 'all' })
      }
    >
      <option value="all">all of them</option>
      <option value="any">any of them</option>
    </select>
  )
}
