import { isIPv6 } from 'node:net'

/**
 * What a client's address is counted under. One subscriber of IPv6 has 2⁶⁴ addresses or more (RFC 6177), all of one network of 64
 * bits; IPv4 inside of IPv6 is that address. Some proxies tell the client's port behind it, which is another for each connection.
 */
export function networkOf(told: string): string {
  const address = withoutPort(told)
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

/** `192.0.2.7:50123` and `[2001:db8::1]:50123` */
function withoutPort(address: string): string {
  const [, ipv4, ipv6] = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?)$/.exec(address) ?? []
  return ipv4 ?? ipv6 ?? address
}
