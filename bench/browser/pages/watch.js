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

  let last
  addEventListener(
    'keydown',
    ({ timeStamp }) => {
      const key = {
        at: timeStamp,
        handled: performance.now(),
        frame: Number.NaN,
        painted: Number.NaN,
      }
      last = key
      watched.keys.push(key)
      inNextFrame((frame, painted) => Object.assign(key, { frame, painted }))
    },
    { capture: true },
  )
  // Last of all who hear it, and behind what they left for the end of their turn. (A task that is
  // posted would come behind the frame: after an input the browser paints first.)
  const handled = () => {
    if (last) last.handled = performance.now()
  }
  for (const type of ['keydown', 'input']) addEventListener(type, handled)

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
