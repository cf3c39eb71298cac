import type { Workspace } from '../../index.js'
import { CONTACT_ATTRIBUTE, FIELD_ATTRIBUTE } from '../field-element.js'

/**
 * Calls `changed` whenever something may have moved in the region: a caret, a person, a text, a
 * scroll, a size. `restyled` comes where letters may have another size. Returns how to stop.
 */
export const onLayerChange = (
  workspace: Workspace,
  region: HTMLElement,
  layer: HTMLElement,
  { changed, restyled }: { changed: () => void; restyled: () => void },
): (() => void) => {
  const ended = new AbortController()
  const { awareness } = workspace
  awareness.on('change', changed)
  const stops = [
    workspace.onOthers(changed),
    workspace.contacts.subscribe(changed),
    workspace.onDoc(changed),
    () => awareness.off('change', changed),
    () => ended.abort(),
    watchElements(region, layer, changed),
  ]
  const listen = { capture: true, passive: true, signal: ended.signal }
  for (const type of ['scroll', 'input', 'transitionend', 'focusin'] as const) {
    region.addEventListener(type, changed, listen)
  }
  const { defaultView, fonts } = region.ownerDocument
  defaultView?.addEventListener('resize', restyled, listen)
  fonts.addEventListener('loadingdone', restyled, listen)
  return () => {
    for (const stop of stops) stop()
  }
}

const watchElements = (
  region: HTMLElement,
  layer: HTMLElement,
  changed: () => void,
): (() => void) => {
  const sizes = new ResizeObserver(changed)
  sizes.observe(region)
  const tree = new MutationObserver((records) => {
    // What the layer itself writes would never come to rest.
    if (records.some(({ target }) => !layer.contains(target))) changed()
  })
  tree.observe(region, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: [FIELD_ATTRIBUTE, CONTACT_ATTRIBUTE, 'style', 'class', 'rows', 'open'],
  })
  return () => {
    sizes.disconnect()
    tree.disconnect()
  }
}
