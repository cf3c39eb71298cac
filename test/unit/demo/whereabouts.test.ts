import { expect, test } from 'vitest'
import { whereaboutsOf } from '../../../demo/src/people/whereabouts.js'

const ana = (more: Record<string, unknown>) => ({ user: { id: 'ana' }, status: 'online', ...more })
const editing = (contactId: string, field = 'name') => ({ editing: { contactId, field } })

test('[W22] somebody is in the field that they edit, else in the contact that they have open', () => {
  expect(whereaboutsOf([ana({ viewing: 'c1' })], 'ana')).toEqual({ contactId: 'c1' })
  const both = ana({ viewing: 'c1', ...editing('c1', 'about') })
  expect(whereaboutsOf([both], 'ana')).toEqual({ contactId: 'c1', field: 'about' })
})

test('[W22] of several tabs the one in a field counts, then the one that is seen', () => {
  const hidden = ana({ viewing: 'c1', status: 'away' })
  const seen = ana({ viewing: 'c2' })
  expect(whereaboutsOf([hidden, seen], 'ana')?.contactId).toBe('c2')
  expect(whereaboutsOf([seen, hidden], 'ana')?.contactId).toBe('c2')
  const inField = ana({ status: 'away', ...editing('c3') })
  expect(whereaboutsOf([seen, inField], 'ana')?.contactId).toBe('c3')
})

test('[W22] whatever a stranger’s client says, it is a contact’s id or nowhere', () => {
  const hostile = [
    ana({ viewing: '../../x' }),
    ana({ viewing: { contactId: 'c1' } }),
    ana({ editing: { contactId: 'c1', field: 7 } }),
    ana({ editing: 'c1' }),
    { user: 'ana', viewing: 'c1' },
    { user: { id: 'bo' }, viewing: 'c1' },
    {},
  ]
  expect(whereaboutsOf(hostile, 'ana')).toBeUndefined()
})
