/** An address or a range of them: the bits that are fixed, most significant first. */
interface AddressBits {
  readonly words: readonly number[];
  /** Of how many bits a word consists: 8 for version 4, 16 for version 6. */
  readonly wordBits: 8 | 16;
  /** How many bits count. */
  readonly prefix: number;
}

/** Whether the address lies in the range, `10.0.0.0/8` or a single address; both of one version. */
export function isInRange(address: string, range: string): boolean {
  const [one, many] = [parseAddress(address), parseAddress(range)];
  if (one === null || many === null || one.wordBits !== many.wordBits) return false;
  // An address that is given as a range itself must lie in it as a whole.
  return one.prefix >= many.prefix && sameBits(one, many, many.prefix);
}

function sameBits(a: AddressBits, b: AddressBits, count: number): boolean {
  return a.words.every((word, index) => {
    const left = Math.min(a.wordBits, Math.max(0, count - index * a.wordBits));
    const shift = a.wordBits - left;
    return word >> shift === (b.words[index] ?? 0) >> shift;
  });
}

function parseAddress(text: string): AddressBits | null {
  const [address = '', prefix, ...more] = text.split('/');
  if (more.length > 0) return null;
  const four = address.includes(':') ? null : parseVersion4(address);
  const words = four ?? parseVersion6(address);
  if (words === null) return null;
  const wordBits = four === null ? 16 : 8;
  const all = words.length * wordBits;
  if (prefix === undefined) return { words, wordBits, prefix: all };
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : all + 1;
  return bits > all ? null : { words, wordBits, prefix: bits };
}

function parseVersion4(text: string): readonly number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function parseVersion6(text: string): readonly number[] | null {
  // A zone names an interface of one machine, and is no part of the address.
  const [address = ''] = text.split('%');
  const halves = address.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = [wordsOf(halves[0] ?? ''), wordsOf(halves[1] ?? '')];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Words of 16 bits; the last two may be written as an address of version 4. */
function wordsOf(text: string): readonly number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const four = last.includes('.') ? parseVersion4(last) : null;
  const plain = four === null ? parts : parts.slice(0, -1);
  if (!plain.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  const words = plain.map((part) => Number.parseInt(part, 16));
  if (four === null) return words;
  const [a = 0, b = 0, c = 0, d = 0] = four;
  return [...words, (a << 8) | b, (c << 8) | d];
}
