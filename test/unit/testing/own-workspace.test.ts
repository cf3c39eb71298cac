import { createWorkspace } from 'kith-client'
import { createTestWorkspace } from 'kith-client/testing'
import { expect, test } from 'vitest'

test('[T1] a page that opens its workspace itself is one more tab of its person', async () => {
  const team = createTestWorkspace({ contacts: [{ name: 'Eve' }] })
  const [ana, bo] = team.peers
  const own = createWorkspace(ana.options, ana.parts)
  own.start()
  await team.settled()
  expect(own.status().connection.state).toBe('live')
  expect(bo.workspace.others()).toMatchObject([{ user: { id: 'ana' }, tabs: 2 }])
  ana.goOffline()
  const id = own.actions.createContact({ name: 'Zoe' })
  await team.settled()
  expect(ana.workspace.contacts.contact(id)?.name).toBe('Zoe')
  await own.close()
  ana.goOnline()
  await team.settled()
  expect(bo.workspace.contacts.contact(id)?.name).toBe('Zoe')
  await team.close()
})

test('[T2] a workspace fills up: its people are warned, and then nothing new gets in', async () => {
  const team = createTestWorkspace({ people: ['Ana'], documentBytes: 10_000 })
  const [{ workspace }] = team.peers
  const told: string[] = []
  workspace.onError(({ code }) => told.push(code))
  const id = workspace.actions.createContact({ name: 'Zoe' })
  await team.settled()
  expect(told).toEqual([])
  workspace.actions.addNote(id, 'x'.repeat(8_100))
  await team.settled()
  expect(told).toEqual(['quota-warning'])
  workspace.actions.addNote(id, 'x'.repeat(8_100))
  await team.settled()
  expect(workspace.status()).toMatchObject({ pending: 1, connection: { reason: 'quota' } })
  await team.close()
})
