/** The files of each part by its name, as the build has written them into the page. */
export const PART_FILES = 'part-files'

/** Whether all files of a part can be had; they lie in the browser's cache then. */
export const areReachable = async (name: string): Promise<boolean> => {
  const answers = filesOf(name).map((file) =>
    fetch(file)
      .then(async (answer) => answer.ok && (await answer.blob()).size > 0)
      .catch(() => false),
  )
  return (await Promise.all(answers)).every(Boolean)
}

/** None where nothing was built: the development server gives each module by itself. */
const filesOf = (name: string): readonly string[] => {
  const written: unknown = JSON.parse(document.getElementById(PART_FILES)?.textContent ?? '{}')
  if (typeof written !== 'object' || written === null) return []
  const files: unknown = Object.entries(written).find(([part]) => part === name)?.[1]
  return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
}
