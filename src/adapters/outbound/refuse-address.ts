import { BlockList, isIP } from 'node:net';

/** Where a connection may go. */
export interface Reach {
  /** The only networks that the address may lie in, as CIDR; absent: any. */
  readonly networks?: readonly string[] | undefined;
  /** Private networks, this machine among them, that it may lie in at all; absent: all of them. */
  readonly privateNetworks?: readonly string[] | undefined;
}

/**
 * Networks in which nobody's server lives: own host by another name, neighbours, cloud metadata, groups, and
 * what carries an IPv4 address within an IPv6 one, which a gateway would unpack.
 */
const never = blockList([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
]);

const loopback = blockList(['127.0.0.0/8', '::1/128']);

/** Networks that lead nowhere from outside, so that what listens in them often trusts who comes. */
const closed = blockList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '::1/128',
  'fc00::/7',
]);

/**
 * Whether a connection to `address` may be made for a URL whose host is written as `host`; the
 * reason why not, or null. A loopback address must be written as such, or lie in a network that is named: a name
 * that leads to this machine is a way around its walls.
 */
export function refuseAddress(host: string, address: string, reach: Reach): string | null {
  const { networks, privateNetworks } = reach;
  const where = `${host} leads to ${address}`;
  if (contains(never, address)) return `${where}, where no provider may be`;
  if (privateNetworks !== undefined && contains(closed, address)) {
    if (!contains(blockList(privateNetworks), address)) {
      return `${where}, a private network that CROSSFADE_ALLOW_PRIVATE does not open`;
    }
  }
  if (networks !== undefined) {
    const allowed = contains(blockList(networks), address);
    return allowed ? null : `${where}, which is outside of its \`networks\``;
  }
  const isNamed = privateNetworks !== undefined || host === 'localhost' || isIP(host) !== 0;
  if (contains(loopback, address) && !isNamed) {
    return `${where}, this machine; write the address itself if it is meant`;
  }
  return null;
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
