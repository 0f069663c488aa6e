import { BlockList, isIPv6 } from 'node:net'

// IANA special-purpose registries (RFC 6890 and updates), multicast, and what carries IPv4 inside of IPv6.
const IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of IPv6, what is handed out to the public; everything else is not. */
const PUBLIC_IPV6 = '2000::/3'
const IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']

const notPublic = new BlockList()
for (const net of IPV4) notPublic.addSubnet(...subnet(net), 'ipv4')
for (const net of IPV6) notPublic.addSubnet(...subnet(net), 'ipv6')
const publicIpv6 = new BlockList()
publicIpv6.addSubnet(...subnet(PUBLIC_IPV6), 'ipv6')

/** True for addresses of this machine, its network and whatever else is not of the public internet. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.split('%')[0] ?? ''
  if (!isIPv6(plain)) return notPublic.check(plain, 'ipv4')
  return !publicIpv6.check(plain, 'ipv6') || notPublic.check(plain, 'ipv6')
}

function subnet(net: string): [address: string, prefix: number] {
  const [address = '', prefix = ''] = net.split('/')
  return [address, Number(prefix)]
}
