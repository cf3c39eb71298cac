/**
 * Makes the app's PNG icons from `demo/public/icon.svg`, for systems that take no SVG. Run by
 * `npm run picture`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../harness/chromium.js'

const PUBLIC = fileURLToPath(new URL('../../demo/public/', import.meta.url))
/** As in the SVG: a maskable icon is cut to any shape, so its ground reaches the edges. */
const GROUND = '#2f6f5e'
/** What lies within the inner 80 % is never cut: https://www.w3.org/TR/appmanifest/#icon-masks */
const SAFE = 0.84

interface Icon {
  readonly file: string
  readonly size: number
  readonly ground?: string
}

const ICONS: readonly Icon[] = [
  { file: 'icon-192.png', size: 192 },
  { file: 'icon-512.png', size: 512 },
  { file: 'icon-maskable-512.png', size: 512, ground: GROUND },
  // Apple's systems round the corners themselves, and show black where nothing is.
  { file: 'apple-touch-icon.png', size: 180, ground: GROUND },
]

const draw = async (browser: Browser, svg: string, { file, size, ground }: Icon): Promise<void> => {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const side = ground === undefined ? size : Math.round(size * SAFE)
  const drawn = svg.replace('<svg ', `<svg width="${side}" height="${side}" `)
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground ?? 'transparent'}">${drawn}`,
  )
  await writeFile(`${PUBLIC}${file}`, await page.screenshot({ omitBackground: true }))
  await page.close()
}

const svg = await readFile(`${PUBLIC}icon.svg`, 'utf8')
const browser = await launchChromium()
try {
  for (const icon of ICONS) await draw(browser, svg, icon)
} finally {
  await browser.close()
}
