/**
 * MurmurHash3, x86, 32 bits (Austin Appleby's public algorithm), as an unsigned integer.
 *
 * It hashes the low byte of each UTF-16 code unit, not UTF-8, because Unleash's Node client does:
 * both must put a unit into the same bucket. For ASCII there is no difference. For other ids our
 * buckets equal those of Unleash's Node client, not those of its clients in other languages.
 */
export function murmur3(text: string, seed = 0): number {
  const whole = text.length - (text.length % 4);
  let hash = seed | 0;
  for (let at = 0; at < whole; at += 4) {
    hash = Math.imul(rotate(hash ^ scramble(fourBytes(text, at)), 13), 5) + 0xe6546b64;
  }
  if (whole < text.length) hash ^= scramble(lastBytes(text, whole));
  return finish(hash ^ text.length);
}

/** Four low bytes from `at`, little endian. */
function fourBytes(text: string, at: number): number {
  return (
    (text.charCodeAt(at) & 0xff) |
    ((text.charCodeAt(at + 1) & 0xff) << 8) |
    ((text.charCodeAt(at + 2) & 0xff) << 16) |
    ((text.charCodeAt(at + 3) & 0xff) << 24)
  );
}

/** The one to three low bytes that are left from `at`, little endian. */
function lastBytes(text: string, at: number): number {
  let value = 0;
  for (let last = text.length - 1; last >= at; last -= 1) {
    value = (value << 8) | (text.charCodeAt(last) & 0xff);
  }
  return value;
}

function scramble(value: number): number {
  return Math.imul(rotate(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function finish(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
