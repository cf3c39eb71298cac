import { createTestWorkspace } from 'kith-client/testing'
import { expect, test } from 'vitest'

test('[T4] what Ana writes offline reaches Bo when she is back', async () => {
  const team = createTestWorkspace({ contacts: [{ name: 'Eve' }] })
  const [ana, bo] = team.peers
  await team.settled()

  ana.goOffline()
  const id = ana.workspace.actions.createContact({ name: 'Zoe' })
  await team.settled()
  expect(ana.workspace.status()).toMatchObject({ pending: 1, onDevice: true })
  expect(bo.workspace.contacts.contact(id)).toBeUndefined()

  ana.goOnline()
  await team.settled()
  expect(ana.workspace.status().pending).toBe(0)
  expect(bo.workspace.contacts.contact(id)?.name).toBe('Zoe')
  await team.close()
})
