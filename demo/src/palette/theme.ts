/** Light or dark, by this device's wish or the system's. */
export type Theme = 'light' | 'dark' | 'system'

const KEY = 'kith.theme'

const isTheme = (value: unknown): value is Theme =>
  value === 'light' || value === 'dark' || value === 'system'

export const readTheme = (): Theme => {
  try {
    const value = localStorage.getItem(KEY)
    return isTheme(value) ? value : 'system'
  } catch {
    return 'system'
  }
}

export const setTheme = (theme: Theme): void => {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Blocked or full: it then lasts as long as the page.
  }
  showTheme(theme)
}

/** The stylesheet's colours follow `color-scheme`, and that follows this. */
export const showTheme = (theme: Theme): void => {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
