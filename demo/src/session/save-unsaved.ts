import type { Workspace } from 'kith-client'

/** What no server has, as a file of the person's own; `docs/storage.md` describes it. */
export const saveUnsaved = (workspace: Workspace, name: string): void => {
  const text = JSON.stringify(workspace.exportUnsaved(), null, 2)
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${unsavedFileName(name)}.json`
  link.click()
  // The download has its own hold on the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** What no file system minds. */
export const unsavedFileName = (name: string): string => {
  const plain = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')
  return `unsaved-${[...plain].slice(0, 60).join('') || 'changes'}`
}
