import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** One of 65,536, since strangers choose what is counted: the table has an end, and keeps no address. */
export function callerSlot(what: 'address' | 'account', text: string): string {
  const counted = what === 'address' ? networkOf(text) : text;
  return `${what} ${createHash('sha256').update(counted).digest('hex').slice(0, 4)}`;
}

/** Whoever has an address of IPv6 has all of its network, 2^64 of them. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [before = [], after = []] = plain
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
