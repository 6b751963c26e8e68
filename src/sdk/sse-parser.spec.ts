import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SseParser } from './sse-parser.ts';

function parsed(...pieces: readonly string[]): string[] {
  const events: string[] = [];
  const parser = new SseParser((event, data) => events.push(`${event}=${data}`));
  for (const piece of pieces) parser.push(piece);
  return events;
}

const stream =
  ': hello\n\nevent: routes\ndata: {"a":1}\n\ndata: one\r\ndata:two\r\n\r\nid: 7\nevent: x\n\nevent:y\ndata\n\n';
const events = ['routes={"a":1}', 'message=one\ntwo', 'y='];

describe('SseParser', () => {
  it('reads events, skips comments, and drops an event without data', () => {
    expect(parsed(stream)).toEqual(events);
  });

  it('reads the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const pieces = at.slice(1).map((end, index) => stream.slice(at[index], end));
        expect(parsed(...pieces)).toEqual(events);
      }),
    );
  });

  it('says when an event exceeds what any event of ours holds', () => {
    const parser = new SseParser(() => {});
    const piece = `data: ${'x'.repeat(1024 * 1024)}\n`;
    const accepted = Array.from({ length: 20 }, () => parser.push(piece));
    expect(accepted.slice(0, 16)).toEqual(Array.from({ length: 16 }, () => true));
    expect(accepted.at(-1)).toBe(false);
  });
});
