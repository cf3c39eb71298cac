/** CPU profiles of a page, to find out what a figure is made of. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

export type Profiled = <Result>(
  page: Page,
  name: string,
  act: () => Promise<Result>,
) => Promise<Result>

/** Microseconds between samples. */
const INTERVAL = 200

export const profiling = (folder: string | undefined): Profiled => {
  if (folder === undefined) return (_page, _name, act) => act()
  return async (page, name, act) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Profiler.enable')
    await session.send('Profiler.setSamplingInterval', { interval: INTERVAL })
    await session.send('Profiler.start')
    const result = await act()
    const { profile } = await session.send('Profiler.stop')
    await session.detach()
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, `${name.replaceAll(/\W+/g, '-')}.cpuprofile`),
      JSON.stringify(profile),
    )
    return result
  }
}
