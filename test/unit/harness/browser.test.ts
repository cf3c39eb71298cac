import { describe, expect, test } from 'vitest'
import { browserName, firefoxPath, webkitPath } from '../../harness/browser.js'

describe('the browser of the browser tests', () => {
  test('[T8] is Chromium unless KITH_BROWSER says another one', () => {
    expect(browserName({})).toBe('chromium')
    expect(browserName({ KITH_BROWSER: 'firefox' })).toBe('firefox')
    expect(() => browserName({ KITH_BROWSER: 'opera' })).toThrow('chromium, firefox, webkit: opera')
  })

  test('[T8] that is not on the machine is a clear error', () => {
    expect(() => firefoxPath({ PATH: '/nowhere' })).toThrow('no firefox-esr or firefox on PATH')
    expect(() => webkitPath('/nowhere/pw_run.sh')).toThrow('WebKit is not there')
  })
})
