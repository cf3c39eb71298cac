import { expect, test } from 'vitest'
import { Driver } from '../../../bench/drivers/driver.js'

test('a driver that is closed fails at once what it is asked for', async () => {
  const driver = new Driver()
  await driver.close()
  const target = { dialect: 'bare', port: 1, serverPid: 1, secret: '' } as const
  await expect(driver.run('release', target, undefined)).rejects.toThrow(
    'release on bare: the driver is closed',
  )
})
