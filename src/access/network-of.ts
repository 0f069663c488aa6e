import { isIPv6 } from 'node:net'

/**
 * What a client's address is counted under. One subscriber of IPv6 has 2⁶⁴ addresses or more (RFC 6177), all of one network of 64
 * bits; IPv4 inside of IPv6 is that address.
 */
export function networkOf(address: string): string {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (ipv4 !== undefined) return ipv4
  const [plain = '', zone] = address.split('%')
  if (!isIPv6(plain) || zone !== undefined) return address
  const [head = '', tail] = plain.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
