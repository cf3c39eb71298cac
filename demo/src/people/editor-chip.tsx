import type { Other } from 'kith-client'

/** Who else is in a field, on its border: a name beside the colour, which alone says nothing. */
export const EditorChip = ({ id, editors }: { id: string; editors: readonly Other[] }) => {
  const [first] = editors
  if (!first) return null
  return (
    <span
      className="editor-chip"
      id={id}
      data-testid="editor-chip"
      style={{ backgroundColor: first.user.color }}
    >
      {chipText(editors)}
    </span>
  )
}

/** "Ana", "Ana is typing…", "Ana and 2 more", "3 people are typing…". */
export const chipText = (editors: readonly Other[]): string => {
  const typing = editors.filter((editor) => editor.typing)
  if (typing.length > 1) return `${typing.length} people are typing…`
  if (typing[0]) return `${typing[0].user.name} is typing…`
  const [first, ...rest] = editors
  if (!first) return ''
  return rest.length === 0 ? first.user.name : `${first.user.name} and ${rest.length} more`
}
