/**
 * Before anything is painted, and in place of the app where its scripts don't come. A file of its
 * own and no module: pages run no inline scripts, and a module comes after the first paint.
 */

// As `src/palette/theme.ts` keeps it: whoever chose dark is not shown a white page first.
try {
  const theme = localStorage.getItem('kith.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Blocked: it is as the system's.
}

// Said by a script that could not be had, also by one that it imports.
addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLScriptElement) document.documentElement.dataset.app = 'missing'
  },
  true,
)
addEventListener('click', ({ target }) => {
  if (target instanceof Element && target.closest('#not-started')) location.reload()
})
