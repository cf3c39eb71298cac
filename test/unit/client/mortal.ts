/** A tab that may end as a crash ends it: from then on nothing of it runs, and nothing is said. */
import type { Store, Tabs } from '../../../client/core/ports.js'

const never = new Promise<never>(() => undefined)

export class Mortal {
  #isOver = false
  #tabs: Tabs | undefined

  get isOver(): boolean {
    return this.#isOver
  }

  /** What it has handed to the device is done or not begun, as transactions are. */
  dies(): void {
    this.#isOver = true
    this.#tabs?.close()
  }

  tabs(tabs: Tabs): Tabs {
    this.#tabs = tabs
    return {
      ...tabs,
      post: (message) => {
        if (!this.#isOver) tabs.post(message)
      },
      start: (owner, listener) =>
        tabs.start(owner, (message) => {
          if (!this.#isOver) listener(message)
        }),
    }
  }

  store(store: Store): Store {
    const alive = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
      if (this.#isOver) return never
      const answer = await act()
      return this.#isOver ? never : answer
    }
    return {
      ...store,
      load: () => alive(() => store.load()),
      keep: (...edits) => alive(() => store.keep(...edits)),
      cross: (...way) => alive(() => store.cross(...way)),
      commit: (change) => alive(() => store.commit(change)),
      keepProfile: (profile) => alive(() => store.keepProfile(profile)),
    }
  }
}
