/**
 * Who is at the other end, where proxies stand in between (node:net). X-Forwarded-For is anybody's
 * word, except for what a trusted proxy has added at its right end.
 */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

export interface Peers {
  /** The client's address: for caps, the log and the audit. */
  addressOf(request: Pick<IncomingMessage, 'socket' | 'headers'>): string
  /** Whether this peer speaks for others. */
  isProxy(address: string | undefined): boolean
}

/** So many hops are looked at. */
const MAX_HOPS = 32

/** An address, or a subnet as `address/bits`. */
export const isProxyEntry = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0 || address.includes('%')) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** `proxies` as `isProxyEntry` takes them. */
export const createPeers = (proxies: readonly string[]): Peers => {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const family = familyOf(address)
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  // To ask the list makes an object of each address: most servers have no proxy.
  const isTrusted = (address: string): boolean =>
    proxies.length > 0 && list.check(address, familyOf(address))
  return {
    isProxy: (address) => isTrusted(plainAddress(address ?? '') ?? '0.0.0.0'),
    addressOf: ({ socket, headers }) => {
      let address = plainAddress(socket.remoteAddress ?? '') ?? ''
      if (address === '') return address
      const forwarded = headers['x-forwarded-for']
      const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',')
      for (const hop of hops.slice(-MAX_HOPS).reverse()) {
        if (!isTrusted(address)) return address
        const next = plainAddress(hop)
        // No address at all: the last one that somebody trusted vouched for.
        if (next === undefined) return address
        address = next
      }
      return address
    },
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Without a port, brackets and zone; an IPv4 address inside of IPv6 as itself. */
const plainAddress = (text: string): string | undefined => {
  const trimmed = text.trim()
  const bare = /^\[([^\]]+)\](:\d+)?$/.exec(trimmed)?.[1] ?? trimmed
  const address = /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare.replace(/%.*$/, '')
  const family = isIP(address)
  if (family === 0) return undefined
  return family === 6 ? (mappedAddress(address) ?? address) : address
}

/** However it is written: `::ffff:1.2.3.4` is also `0:0:0:0:0:FFFF:102:304`. */
const mappedAddress = (address: string): string | undefined => {
  if (!/ffff/i.test(address)) return undefined
  const { hostname } = new URL(`http://[${address}]`) // writes it as short as it can be
  const words = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(hostname)?.slice(1)
  const bytes = words?.map((word) => Number.parseInt(word, 16)).flatMap((n) => [n >> 8, n & 255])
  return bytes?.join('.')
}

/** Whom a cap counts as one: an IPv4 address, or the /64 that one IPv6 customer has at least. */
export const addressGroup = (address: string): string => {
  const plain = plainAddress(address) ?? address
  if (isIP(plain) !== 6) return plain
  const [head = '', tail = ''] = plain.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  // A last part such as 1.2.3.4 stands for two.
  const parts = after.length + (after.at(-1)?.includes('.') ? 1 : 0)
  const zeros = plain.includes('::') ? Array(Math.max(0, 8 - before.length - parts)).fill('0') : []
  const groups = [...before, ...zeros, ...after].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
