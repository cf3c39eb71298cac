import { readFileSync } from 'node:fs'
import { colorOf } from 'kith-shared'
import { describe, expect, it } from 'vitest'

/** What `colorOf` gives to ten thousand people: its whole palette. */
const PALETTE = [...new Set(Array.from({ length: 10_000 }, (_, at) => colorOf(`person-${at}`)))]

type Rgb = readonly [number, number, number]

const rgbOf = (hex: string): Rgb => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  return [red ?? 0, green ?? 0, blue ?? 0]
}

const linear = (part: number): number =>
  part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
const gamma = (part: number): number =>
  part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055

/** WCAG 2.2, relative luminance and contrast ratio. */
const luminance = (color: Rgb): number => {
  const [red, green, blue] = color.map(linear)
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}
const contrast = (a: Rgb, b: Rgb): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

/** `color-mix(in oklab, color 65%, white)`; matrices of https://bottosson.github.io/posts/oklab. */
const lighter = (color: Rgb): Rgb => {
  const [r, g, b] = color.map(linear) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const lab = [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
  const [L = 0, A = 0, B = 0] = lab.map((part, at) => 0.65 * part + 0.35 * (at === 0 ? 1 : 0))
  const long = (L + 0.3963377774 * A + 0.2158037573 * B) ** 3
  const mid = (L - 0.1055613458 * A - 0.0638541728 * B) ** 3
  const short = (L - 0.0894841775 * A - 1.291485548 * B) ** 3
  const mixed = [
    4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * mid + 1.707614701 * short,
  ].map((part) => gamma(Math.min(1, Math.max(0, part))))
  return [mixed[0] ?? 0, mixed[1] ?? 0, mixed[2] ?? 0]
}

const sheet = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

/** What people's colours lie on, in light and in dark, as the demo's stylesheet has it. */
const grounds = (theme: 'light' | 'dark'): Rgb[] =>
  ['ground', 'raised', 'sunken', 'hover', 'chosen'].map((name) => {
    const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(
      sheet('demo/src/styles/base.css'),
    )
    return rgbOf(found?.[theme === 'light' ? 1 : 2] ?? 'none')
  })

const WHITE = rgbOf('#ffffff')

describe('[W27] the colour of a person', () => {
  it('[W27] is one of ten', () => {
    expect(PALETTE).toHaveLength(10)
  })

  it.each(PALETTE)('[W27] %s carries white letters at 4.5:1, whatever the theme', (color) => {
    expect(contrast(rgbOf(color), WHITE)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(PALETTE)('[W27] %s stands out by 3:1 as a line on every light ground', (color) => {
    for (const ground of grounds('light')) {
      expect(contrast(rgbOf(color), ground)).toBeGreaterThanOrEqual(3)
    }
  })

  it.each(PALETTE)('[W27] %s, made lighter, stands out by 3:1 on every dark ground', (color) => {
    for (const ground of grounds('dark')) {
      expect(contrast(lighter(rgbOf(color)), ground)).toBeGreaterThanOrEqual(3)
    }
  })

  it('[W27] is made lighter in the dark by every line that shows it', () => {
    const mixed =
      /light-dark\(var\(--(?:editor|kith-color)\), color-mix\(in oklab, var\(--(?:editor|kith-color)\) 65%, white\)\)/
    for (const path of [
      'demo/src/styles/fields.css',
      'demo/src/styles/people.css',
      'client/react/styles.css',
    ]) {
      expect(sheet(path)).toMatch(mixed)
    }
    const asLine = /(?:outline|border)[^;]*var\(--(?:editor|kith-color)\)/
    for (const path of ['demo/src/styles/fields.css', 'demo/src/styles/people.css']) {
      expect(sheet(path)).not.toMatch(asLine)
    }
  })
})
