/** Light or dark, by this device's wish or the system's. */
export type Theme = 'light' | 'dark' | 'system'

const KEY = 'kith.theme'

/** From now on, and from the next start on by `public/start.js`, which knows before the first paint. */
export const setTheme = (theme: Theme): void => {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Blocked or full: it then lasts as long as the page.
  }
  showTheme(theme)
}

/** The stylesheet's colours follow `color-scheme`, and that follows this. */
const showTheme = (theme: Theme): void => {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
