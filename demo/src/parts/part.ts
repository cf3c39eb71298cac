/**
 * A part of the app with a chunk of its own, which comes after the first paint. Its files are asked
 * for before they are imported: browsers remember an import that failed for as long as the page
 * lives (https://github.com/whatwg/html/issues/6768), so that no try after it could succeed.
 */
export interface Part<Content> {
  state(): PartState<Content>
  subscribe(changed: () => void): () => void
  /** Begins to load it, unless it is there or on its way. */
  load(): void
}

export type PartState<Content> =
  | { type: 'absent' | 'coming' }
  | { type: 'there'; content: Content }
  | { type: 'missing'; isTrying: boolean }

/** `isReachable` resolves to false where one of its files can't be had. */
export const createPart = <Content>(
  load: () => Promise<Content>,
  isReachable: () => Promise<boolean>,
): Part<Content> => {
  let state: PartState<Content> = { type: 'absent' }
  const listeners = new Set<() => void>()
  const become = (next: PartState<Content>): void => {
    state = next
    for (const listener of listeners) listener()
  }
  const bring = async (): Promise<PartState<Content>> => {
    try {
      if (await isReachable()) return { type: 'there', content: await load() }
    } catch (error) {
      console.info('A part of Kith did not come:', error)
    }
    return { type: 'missing', isTrying: false }
  }
  return {
    state: () => state,
    subscribe: (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    load: () => {
      const isUnderWay = state.type === 'missing' ? state.isTrying : state.type !== 'absent'
      if (isUnderWay) return
      become(state.type === 'missing' ? { type: 'missing', isTrying: true } : { type: 'coming' })
      void bring().then(become)
    },
  }
}
