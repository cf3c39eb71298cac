/** Without accents and case, as the search compares. */
export const simplified = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
