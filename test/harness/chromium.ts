import { execFileSync, spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

interface Executable {
  readonly path: string
  readonly env?: Readonly<Record<string, string>>
}

const macApplications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const installed = (): string | undefined => {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(delimiter)
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  const candidates = [process.env.CHROMIUM_PATH ?? '', ...onPath, ...macApplications]
  return candidates.find((path) => path !== '' && existsSync(path))
}

const decompress = (from: string, to: string): Promise<void> =>
  pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to))

const untar = async (archive: string, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const file = `${folder}.tar`
  await decompress(archive, file)
  execFileSync('tar', ['-xf', file, '-C', folder])
  await rm(file)
}

/**
 * Unpacks beside the cache and renames when whole, so that neither a kill nor another process
 * that does the same leaves half a browser; whoever comes second throws its copy away.
 */
const unpack = async (bin: string, folder: string): Promise<void> => {
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}.new-`)
  try {
    await decompress(join(bin, 'chromium.br'), join(draft, 'chromium'))
    await chmod(join(draft, 'chromium'), 0o755)
    await untar(join(bin, 'al2023.tar.br'), join(draft, 'al2023'))
    await untar(join(bin, 'fonts.tar.br'), join(draft, 'fonts'))
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The packed fonts.conf names folders that no machine has, and a page without fonts crashes. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`

/** Also where the cache was unpacked before there was such a file. */
const fontsIn = async (folder: string): Promise<string> => {
  const file = join(folder, 'fonts', 'kith-fonts.conf')
  if (existsSync(file)) return file
  const draft = `${file}.new-${process.pid}`
  await writeFile(draft, FONTS)
  await rename(draft, file)
  return file
}

/** The packed libraries serve only a machine that lacks its own: mixing the two may crash. */
const lacksLibraries = (path: string): boolean =>
  spawnSync('ldd', [path], { encoding: 'utf8' }).stdout?.includes('not found') ?? true

const packed = async (): Promise<Executable> => {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const root = main.slice(0, main.lastIndexOf(join('@sparticuz', 'chromium')))
  const home = join(root, '@sparticuz', 'chromium')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    version: string
  }
  const folder = join(root, '.cache', `kith-chromium-${version}`)
  if (!existsSync(folder)) await unpack(join(home, 'bin'), folder)
  const path = join(folder, 'chromium')
  const libraries = join(folder, 'al2023', 'lib')
  return {
    path,
    env: {
      FONTCONFIG_FILE: await fontsIn(folder),
      ...(lacksLibraries(path) ? { LD_LIBRARY_PATH: libraries } : {}),
    },
  }
}

/** A real headless Chromium: the machine's own if it has one, else the one in an npm package. */
export const launchChromium = async (extraFlags: readonly string[] = []): Promise<Browser> => {
  const own = installed()
  const executable: Executable = own === undefined ? await packed() : { path: own }
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return chromium.launch({
    executablePath: executable.path,
    args: [...flags, ...extraFlags],
    env: { ...Object.fromEntries(inherited), ...executable.env },
  })
}
