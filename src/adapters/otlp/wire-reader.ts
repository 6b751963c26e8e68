/** A message that is not what it says it is. */
export class MalformedMessage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedMessage';
  }
}

/** How a field is written, by the last three bits of its tag. */
const varint = 0;
const eightBytes = 1;
const lengthDelimited = 2;
const fourBytes = 5;

const twoTo32 = 2 ** 32;

/**
 * Reads Protocol Buffers field by field, within its bounds. Whole numbers of 64 bits come as doubles:
 * exact up to 2^53, which no count reaches; times in nanoseconds lose their last digits, always the
 * same way. Source: the Protocol Buffers encoding guide.
 */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at: number;
  #end: number;
  /** The upper half of the number that was read last. */
  #high = 0;

  constructor(bytes: Buffer, at = 0, end = bytes.length, view = viewOf(bytes)) {
    this.#bytes = bytes;
    this.#view = view;
    this.#at = at;
    this.#end = end;
  }

  /** The next tag; 0 at the end, and nowhere else: what follows a field without a number must not be lost. */
  tag(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#varint();
    if (tag >>> 3 === 0) throw new MalformedMessage('a field has the number 0');
    return tag;
  }

  unsigned(): number {
    const low = this.#varint();
    return this.#high * twoTo32 + low;
  }

  signed(): number {
    const low = this.#varint();
    return (this.#high | 0) * twoTo32 + low;
  }

  /** A whole number in zigzag form, of 32 bits. */
  zigzag(): number {
    const written = this.#varint();
    return (written >>> 1) ^ -(written & 1);
  }

  fixed64(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at + 4, true) * twoTo32 + this.#view.getUint32(at, true);
  }

  signedFixed64(): number {
    const at = this.#take(8);
    return this.#view.getInt32(at + 4, true) * twoTo32 + this.#view.getUint32(at, true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  text(): string {
    const at = this.#take(this.unsigned());
    return textOf(this.#bytes, at, this.#at);
  }

  /** Bytes of any meaning, as a text that tells different ones apart. */
  opaque(): string {
    const at = this.#take(this.unsigned());
    return this.#bytes.toString('base64', at, this.#at);
  }

  /** Reads a message within this one: `read` meets its fields alone. */
  within<T>(read: (reader: WireReader) => T): T {
    const start = this.#take(this.unsigned());
    const [next, end] = [this.#at, this.#end];
    this.#at = start;
    this.#end = next;
    const found = read(this);
    this.#at = next;
    this.#end = end;
    return found;
  }

  /** The same, to be read later. */
  part(): WireReader {
    const at = this.#take(this.unsigned());
    return new WireReader(this.#bytes, at, this.#at, this.#view);
  }

  /** Numbers, packed or one by one: `tag` tells which. */
  numbers(tag: number, into: number[], read: (reader: WireReader) => number): void {
    if ((tag & 7) !== lengthDelimited) {
      into.push(read(this));
      return;
    }
    this.within((packed) => {
      while (packed.#at < packed.#end) into.push(read(packed));
    });
  }

  /** The same of counts, most of which are a byte: a histogram has hundreds of them. */
  unsignedNumbers(tag: number, into: number[]): void {
    if ((tag & 7) !== lengthDelimited) {
      into.push(this.unsigned());
      return;
    }
    this.within((packed) => {
      while (packed.#at < packed.#end) {
        const byte = packed.#bytes[packed.#at] as number;
        if (byte > 127) into.push(packed.unsigned());
        else {
          packed.#at += 1;
          into.push(byte);
        }
      }
    });
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case varint:
        this.#varint();
        return;
      case eightBytes:
        this.#take(8);
        return;
      case lengthDelimited:
        this.#take(this.unsigned());
        return;
      case fourBytes:
        this.#take(4);
        return;
      default:
        throw new MalformedMessage(`a field of the unknown wire type ${tag & 7}`);
    }
  }

  /** The place of the next bytes, which must be there. */
  #take(bytes: number): number {
    const at = this.#at;
    if (bytes > this.#end - at) throw new MalformedMessage('a field is longer than its message');
    this.#at = at + bytes;
    return at;
  }

  /** The lower half; the upper one is kept beside. */
  #varint(): number {
    let byte = this.#byte();
    let low = byte & 127;
    this.#high = 0;
    for (let shift = 7; byte > 127; shift += 7) {
      if (shift > 63) throw new MalformedMessage('a number of more than ten bytes');
      byte = this.#byte();
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        this.#high = bits >>> 4;
      } else this.#high |= bits << (shift - 32);
    }
    this.#high >>>= 0;
    return low >>> 0;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new MalformedMessage('a message ends within a field');
    return this.#bytes[this.#at++] as number;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Short texts, by their bytes: a message repeats few of them thousands of times. */
const known: string[] = Array.from({ length: 4_096 }, () => '');
const longestKnown = 32;

function textOf(bytes: Buffer, at: number, end: number): string {
  if (end - at > longestKnown) return bytes.toString('utf8', at, end);
  let hash = end - at;
  for (let place = at; place < end; place += 1) hash = (hash * 31 + (bytes[place] ?? 0)) | 0;
  const slot = hash & (known.length - 1);
  const held = known[slot] ?? '';
  if (isText(held, bytes, at, end)) return held;
  const text = bytes.toString('utf8', at, end);
  known[slot] = text;
  return text;
}

/** Never true for a text with other than ASCII in it: its bytes are more than its letters. */
function isText(text: string, bytes: Buffer, at: number, end: number): boolean {
  if (text.length !== end - at) return false;
  for (let place = 0; place < text.length; place += 1) {
    if (text.charCodeAt(place) !== bytes[at + place]) return false;
  }
  return true;
}
