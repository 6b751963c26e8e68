/** CRC-32 of bytes (IEEE 802.3), going on from what the bytes before came to. */
export function crc32(bytes: Iterable<number>, before = 0): number {
  let sum = ~before;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** UTF-8 without a platform: half a surrogate pair becomes the replacement character. */
export function* utf8(text: string): Generator<number> {
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) yield code;
    else {
      const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      yield ((0xff00 >> (more + 1)) & 0xff) | (code >> (6 * more));
      for (let at = more - 1; at >= 0; at -= 1) yield 0x80 | ((code >> (6 * at)) & 0x3f);
    }
  }
}
