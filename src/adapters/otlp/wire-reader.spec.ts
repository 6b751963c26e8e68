import { describe, expect, it } from '@jest/globals';
import { MalformedMessage, WireReader } from './wire-reader.ts';

const reader = (...bytes: readonly number[]): WireReader => new WireReader(Buffer.from(bytes));

describe('a message', () => {
  it('is read field by field, known answers of the encoding guide', () => {
    // Field 1 as the varint 150, field 2 as the text "testing".
    const message = reader(0x08, 0x96, 0x01, 0x12, 0x07, ...Buffer.from('testing'));
    expect([message.tag() >>> 3, message.unsigned()]).toEqual([1, 150]);
    expect([message.tag() >>> 3, message.text()]).toEqual([2, 'testing']);
    expect(message.tag()).toBe(0);
  });

  it('has numbers of 64 bits and of either sign', () => {
    const ones = Array.from({ length: 9 }, () => 0xff);
    expect(reader(...ones, 0x01).signed()).toBe(-1);
    expect(reader(0x80, 0x80, 0x80, 0x80, 0x10).unsigned()).toBe(2 ** 32);
    expect([0x00, 0x01, 0x02, 0x03].map((byte) => reader(byte).zigzag())).toEqual([0, -1, 1, -2]);
    expect(reader(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).signedFixed64()).toBe(-2);
  });

  it.each([
    ['with a field of the number 0', [0x00, 0x08, 0x01]],
    ['that ends within a number', [0x80]],
    ['with a number of more than ten bytes', Array.from({ length: 11 }, () => 0x80)],
  ])('%s is refused', (_, bytes) => {
    expect(() => reader(...bytes).tag()).toThrow(MalformedMessage);
  });

  it.each([
    ['longer than its message', [0x0a, 0x05, 0x01]],
    ['of a kind that nobody writes', [0x0b]],
  ])('with a field %s is refused, though it is skipped', (_, bytes) => {
    const message = reader(...bytes);
    const tag = message.tag();
    expect(() => message.skip(tag)).toThrow(MalformedMessage);
  });
});
