import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { developmentSecret } from '../harness/test-server.js'
import {
  createContact,
  field,
  notes,
  openContact,
  person,
  soon,
  statusText,
  textIn,
  untilLive,
  untilSaved,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { useWorld } from './world.js'

const world = useWorld()

describe('a viewer', () => {
  it('[P4] sees every change and is seen, and has nothing to change things with', async () => {
    const workspace = 'looking'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    const vera = await (await world.device()).visit({ as: 'Vera', workspace, role: 'viewer' })
    await openContact(vera, 'Grace Hopper')
    await untilLive(vera)
    await person(ana, 'vera').waitFor()
    await vera.getByText('You can look at this workspace, not change it.').waitFor()
    await expectCleanInBoth(vera, 'viewer')
    await write(ana, 'Company', 'Navy')
    await soon(() => textIn(vera, 'Company')).toBe('Navy')

    await field(vera, 'Company').click()
    await vera.keyboard.type('Army')
    expect(await textIn(vera, 'Company')).toBe('Navy')
    for (const name of ['Delete contact', 'Favourite', 'Add phone', 'Add note']) {
      expect(await vera.getByRole('button', { name }).count()).toBe(0)
    }
    expect(await textIn(ana, 'Company')).toBe('Navy')
    expect(await notes(ana)).toEqual([])
  })
})

describe('who is no member', () => {
  it('[P5] is told so, keeps what they write, and is in with the next membership', async () => {
    const workspace = 'closed'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    // The development server makes a member of whoever comes by a link: this token is another's.
    const device = await world.device({ serviceWorkers: 'block' })
    const secret = await developmentSecret(world.server)
    const token = await new SignJWT({ user_id: 'mallory', name: 'Mallory' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(secret)
    await device.context.route('**/dev/token', (route) => route.fulfill({ json: { token } }))
    const mallory = await device.visit({ as: 'Mallory', workspace })
    const problem = mallory.getByTestId('problem')
    await soon(() => problem.textContent()).toContain('does not let you into “closed”')
    await soon(() => statusText(mallory)).toBe('No access to this workspace')
    await expectCleanInBoth(mallory, 'no-access')
    expect(await mallory.getByTestId('contact-row').count()).toBe(0)
    await createContact(mallory, 'Mine alone')
    await soon(() => statusText(mallory)).toBe(
      'No access to this workspace. 1 change kept on this device',
    )
    expect(await ana.getByTestId('contact-row').count()).toBe(1)

    await world.server.token({ userId: 'mallory', name: 'Mallory', workspaceId: workspace })
    await device.context.unroute('**/dev/token')
    await problem.getByRole('button', { name: 'Try again' }).click()
    await untilSaved(mallory)
    await problem.waitFor({ state: 'detached' })
    for (const page of [ana, mallory]) {
      await soon(() => page.getByTestId('contact-row').count()).toBe(2)
    }
  })
})
