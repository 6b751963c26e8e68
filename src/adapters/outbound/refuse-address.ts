import { BlockList, isIP } from 'node:net';

/** Networks in which nobody's Prometheus lives: own host by another name, neighbours, cloud metadata, groups. */
const never = blockList([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254/128',
]);

const loopback = blockList(['127.0.0.0/8', '::1/128']);

/**
 * Whether a connection to `address` may be made for a URL whose host is written as `host`; the
 * reason why not, or null. A loopback address must be written as such: a name that leads to this
 * machine is a way around its walls. With `networks` the address must lie in one of them.
 */
export function refuseAddress(
  host: string,
  address: string,
  networks: readonly string[] | undefined,
): string | null {
  const where = `${host} leads to ${address}`;
  if (contains(never, address)) return `${where}, where no provider may be`;
  if (networks !== undefined) {
    const allowed = contains(blockList(networks), address);
    return allowed ? null : `${where}, which is outside of its \`networks\``;
  }
  const isWritten = host === 'localhost' || isIP(host) !== 0;
  if (contains(loopback, address) && !isWritten) {
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
