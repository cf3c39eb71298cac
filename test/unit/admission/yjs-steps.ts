/** What Yjs itself does, counted from outside: each item compared is added to two sets. */
import * as Y from 'yjs'

export const stepsOfYjs = (act: () => void): number => {
  const { add } = Set.prototype
  let added = 0
  Set.prototype.add = function counted(value: unknown) {
    if (value instanceof Y.Item) added++
    return add.call(this, value)
  }
  try {
    act()
  } finally {
    Set.prototype.add = add
  }
  return added / 2
}
