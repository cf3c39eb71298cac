import * as Y from 'yjs'

/**
 * How many documents of Yjs are still in memory, of those made from now on. A garbage collection
 * before the question makes the answer exact.
 */
export const watchDocuments = (): (() => number) => {
  const made = new Map<string, WeakRef<Y.Doc>>()
  // The constructor of a document is the first that listens to it.
  Y.Doc.prototype.on = new Proxy(Y.Doc.prototype.on, {
    apply(on, doc: Y.Doc, listening) {
      if (!made.has(doc.guid)) made.set(doc.guid, new WeakRef(doc))
      return Reflect.apply(on, doc, listening)
    },
  })
  return () => [...made.values()].filter((doc) => doc.deref() !== undefined).length
}
