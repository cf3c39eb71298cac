/**
 * What may stand behind a link. A value is whatever somebody typed or imported: `javascript:` and
 * its kin never become an `href`.
 */
export const webHref = (value: string): string | undefined => {
  const text = value.trim()
  if (text === '') return undefined
  const hasScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)
  if (!hasScheme && !/^[^\s/]+\.[^\s/]+/.test(text)) return undefined
  try {
    const url = new URL(hasScheme ? text : `https://${text}`)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined
  } catch {
    return undefined
  }
}

/** For `<img>`: a page over https shows no other, and a picture's address may hold no login. */
export const pictureSrc = (value: string): string | undefined => {
  try {
    const { protocol, username, password, href } = new URL(value)
    return protocol === 'https:' && username === '' && password === '' ? href : undefined
  } catch {
    return undefined
  }
}

/** Nothing that has a meaning of its own in an address header or in a `mailto:`. */
const MAIL = /^[^\s@?&:;,()<>[\]\\"]+@[^\s@?&:;,()<>[\]\\"/]+$/

export const mailHref = (value: string): string | undefined => {
  const text = value.trim()
  return MAIL.test(text) ? `mailto:${encodeURI(text)}` : undefined
}

export const phoneHref = (value: string): string | undefined => {
  const digits = value.replace(/[\s().\-/]/g, '')
  return /^\+?[\d*#]{3,}(?:[,;]\d+)*$/.test(digits) ? `tel:${encodeURI(digits)}` : undefined
}
