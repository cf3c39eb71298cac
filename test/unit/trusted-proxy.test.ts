import { describe, expect, test } from 'vitest'
import { addressGroup, createPeers, isProxyEntry } from '../../server/edge/trusted-proxy.js'

const addressOf = (proxies: string[], remoteAddress: string, forwarded?: string): string => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const request = { socket: { remoteAddress }, headers }
  // Of a request's socket nothing else is asked.
  return createPeers(proxies).addressOf(
    request as unknown as Parameters<ReturnType<typeof createPeers>['addressOf']>[0],
  )
}

describe('[P7, L2] the address of a client', () => {
  test.each<[what: string, proxies: string[], remote: string, forwarded: string, is: string]>([
    ['without a trusted proxy is the peer’s', [], '1.2.3.4', '9.9.9.9', '1.2.3.4'],
    ['is the peer’s where it is no proxy', ['10.0.0.0/8'], '1.2.3.4', '9.9.9.9', '1.2.3.4'],
    ['is what the proxy has added', ['10.0.0.0/8'], '10.1.2.3', '9.9.9.9', '9.9.9.9'],
    ['is not what the client made up', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 9.9.9.9', '9.9.9.9'],
    ['is behind all trusted hops', ['10.0.0.0/8'], '10.0.0.1', '9.9.9.9,10.0.0.2', '9.9.9.9'],
    ['is the last trusted one before nonsense', ['10.0.0.1'], '10.0.0.1', 'unknown', '10.0.0.1'],
    ['is the proxy’s where it adds nothing', ['10.0.0.1'], '10.0.0.1', '', '10.0.0.1'],
    ['is the leftmost where all are trusted', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.9', '10.0.0.9'],
    ['has no port', ['10.0.0.1'], '10.0.0.1', '9.9.9.9:1234', '9.9.9.9'],
    ['has no brackets', ['::1'], '::1', '[2001:db8::1]:443', '2001:db8::1'],
    ['is IPv4 inside of IPv6', ['10.0.0.1'], '::ffff:10.0.0.1', '::ffff:9.9.9.9', '9.9.9.9'],
    ['is that also in hexadecimal', ['10.0.0.1'], '::ffff:a00:1', '::ffff:909:0a09', '9.9.10.9'],
    ['and in full', ['10.0.0.1'], '10.0.0.1', '0:0:0:0:0:FFFF:102:304', '1.2.3.4'],
    ['counts a subnet of IPv6', ['fd00::/8'], 'fd12::1', '9.9.9.9', '9.9.9.9'],
  ])('%s', (_, proxies, remote, forwarded, is) => {
    expect(addressOf(proxies, remote, forwarded)).toBe(is)
  })

  test('is looked for in a few hops alone', () => {
    const hops = Array(10_000).fill('10.0.0.2').join(',')
    expect(addressOf(['10.0.0.0/8'], '10.0.0.1', `9.9.9.9,${hops}`)).toBe('10.0.0.2')
  })
})

describe('[P7, L2] a cap counts', () => {
  test.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4::/64'],
    ['', ''],
  ])('%s as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })

  test('one IPv6 customer once, and the next one apart', () => {
    expect(addressGroup('2001:db8:1:2::a')).toBe(addressGroup('2001:db8:1:2:ffff::b'))
    expect(addressGroup('2001:db8:1:2::a')).not.toBe(addressGroup('2001:db8:1:3::a'))
  })
})

test.each([
  ['10.0.0.1', true],
  ['10.0.0.0/8', true],
  ['::1', true],
  ['fd00::/8', true],
  ['', false],
  ['10.0.0.0/33', false],
  ['10.0.0.0/8/8', false],
  ['10.0.0/8', false],
  ['fe80::1%eth0', false],
  ['proxy.example.org', false],
])('%s can be trusted: %s', (entry, is) => {
  expect(isProxyEntry(entry)).toBe(is)
})
