/**
 * Runs in a page of the demo before anything else does, and writes down when what was painted.
 * `watched.ts` says what it leaves on the window. Plain JavaScript: it goes into the page as it is.
 */
;(() => {
  const watched = {
    rowsPainted: Number.NaN,
    keys: [],
    lists: [],
    frames: [],
    longTasks: [],
    isRecording: false,
  }
  window.watched = watched

  /** What is posted comes behind the task, and within a frame behind its painting. */
  const afterTask = (act) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = act
    port2.postMessage(undefined)
  }
  const inNextFrame = (painted) => {
    requestAnimationFrame(() => {
      const began = performance.now()
      afterTask(() => painted(began, performance.now()))
    })
  }

  addEventListener(
    'keydown',
    ({ timeStamp }) => {
      const key = {
        at: timeStamp,
        handled: performance.now(),
        frame: Number.NaN,
        painted: Number.NaN,
      }
      watched.keys.push(key)
      // Where the input event comes as a task of its own, its end counts.
      const handled = () => afterTask(() => Object.assign(key, { handled: performance.now() }))
      handled()
      addEventListener('input', handled, { capture: true, once: true })
      inNextFrame((frame, painted) => Object.assign(key, { frame, painted }))
    },
    { capture: true },
  )

  const isOfList = ({ target }) => {
    const element = target instanceof Element ? target : target.parentElement
    return element?.closest('#contact-list, [data-testid="count"], .list-pane > .empty') !== null
  }
  const observer = new MutationObserver((records) => {
    if (!records.some(isOfList)) return
    inNextFrame((_, painted) => watched.lists.push(painted))
    if (
      Number.isNaN(watched.rowsPainted) &&
      document.querySelector('[data-testid="contact-row"]')
    ) {
      watched.rowsPainted = 0
      inNextFrame((_, painted) => {
        watched.rowsPainted = painted
      })
    }
  })
  observer.observe(document, { subtree: true, childList: true, characterData: true })

  const frame = (time) => {
    if (!watched.isRecording) return
    watched.frames.push(time)
    requestAnimationFrame(frame)
  }
  watched.record = (isOn) => {
    const wasRecording = watched.isRecording
    watched.isRecording = isOn
    if (isOn && !wasRecording) requestAnimationFrame(frame)
  }

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      watched.longTasks.push({ start: startTime, end: startTime + duration })
    }
  }).observe({ type: 'longtask', buffered: true })
})()
