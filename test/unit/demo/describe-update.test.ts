import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { describeUpdate } from '../../../demo/src/test-client/describe-update.js'
import { tokenWords } from '../../../demo/src/test-client/token-words.js'

/** A document, and what each change of it sent. */
const written = (...changes: ((doc: Y.Doc) => void)[]) => {
  const doc = new Y.Doc()
  doc.clientID = 7
  const updates: Uint8Array[] = []
  doc.on('update', (update) => updates.push(update))
  for (const change of changes) doc.transact(() => change(doc))
  return { doc, updates }
}

test('[W65] an update is told by the places that it writes, overwrites included', () => {
  const { doc, updates } = written(
    (to) => to.getMap('fields').set('ana/company', 'Navy'),
    (to) => to.getMap('fields').set('ana/company', 'Army'),
    (to) => to.getText('about:ana').insert(0, 'Hello'),
    (to) => to.getText('about:ana').delete(1, 2),
  )
  expect(updates.map((update) => describeUpdate(update, doc))).toEqual([
    ['fields ana/company = "Navy"'],
    ['fields ana/company = "Army"', 'deletes 1 of client 7'],
    ['about:ana + "Hello"'],
    ['deletes 2 of client 7'],
  ])
})

test('[W65] an update that nobody has applied, a long one and a broken one are told as far as known', () => {
  const { updates } = written(
    (to) => to.getMap('fields').set('a', 1),
    (to) => to.getMap('fields').set('a', 2),
  )
  const [, overwrite = new Uint8Array()] = updates
  expect(describeUpdate(overwrite, new Y.Doc())[0]).toBe('somewhere = 2')
  const { doc, updates: many } = written((to) => {
    for (let n = 0; n < 30; n++) to.getMap('fields').set(`${n}`, 'x'.repeat(500))
  })
  const lines = describeUpdate(many[0] ?? new Uint8Array(), doc)
  expect(lines).toHaveLength(13)
  expect(lines.at(-1)).toBe('and 18 more')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120)
  expect(describeUpdate(Uint8Array.of(1, 9, 9), doc)).toEqual(['not readable as an update'])
})

const NOW = 1_700_000_000_000
const jwt = (claims: object): string =>
  [{ alg: 'HS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('c2lnbmF0dXJl')
    .join('.')

test.each([
  ['', ''],
  [
    jwt({ sub: 'ana', name: 'Ána', exp: NOW / 1000 + 3600 }),
    'HS256 · user ana · “Ána” · expires in 60 min',
  ],
  [jwt({ user_id: 'b', exp: NOW / 1000 - 90 }), 'HS256 · user b · expired 90 s ago'],
  [jwt({}), 'HS256 · no user (user_id, sub or id) · no expiry (exp), which is required'],
])('[W65] a token’s claims are told, verified by nobody: %#', (token, words) => {
  expect(tokenWords(token, NOW)).toBe(words)
})

test.each(['abc', 'a.b.c', '..', `${jwt({ sub: 'ana' })}.more`])(
  '[W65] what is no token is told so: %s',
  (token) => expect(tokenWords(token, NOW)).toMatch(/^This is no JWT/),
)
