import { describe, expect, it } from '@jest/globals';
import { ManualTiming } from '../../test/support/manual-timing.ts';
import { ScriptedTransport } from '../../test/support/scripted-transport.ts';
import { RouteStream } from './route-stream.ts';

function given() {
  const timing = new ManualTiming();
  const transport = new ScriptedTransport();
  const refused: number[] = [];
  const stream = new RouteStream(transport, timing, {
    routes: () => {},
    refused: (status) => refused.push(status),
  });
  const end = (status: number | null = null): void =>
    transport.streams.at(-1)?.listener.ended(status);
  return { timing, transport, stream, refused, end };
}

describe('RouteStream', () => {
  it('opens again after a pause that grows to ten seconds, and is short again after a success', async () => {
    const { timing, transport, stream, end } = given();
    timing.chance = 1;
    stream.open(['m']);
    for (const pause of [375, 625, 1_125, 2_125, 4_125, 8_125, 10_125, 10_125]) {
      const before = transport.streams.length;
      end();
      await timing.advance(pause - 1);
      expect(transport.streams).toHaveLength(before);
      await timing.advance(1);
      expect(transport.streams).toHaveLength(before + 1);
    }
    transport.streams.at(-1)?.listener.opened();
    end();
    await timing.advance(375);
    expect(transport.streams).toHaveLength(10);
  });

  it('never returns at once, even when chance says so: a server that refuses is not stormed', async () => {
    const { timing, transport, stream, refused, end } = given();
    stream.open(['m']);
    end(503);
    await timing.advance(124);
    expect(transport.streams).toHaveLength(1);
    expect(refused).toEqual([503]);
  });

  it('replaces the open stream, and stays closed once closed', async () => {
    const { timing, transport, stream } = given();
    stream.open(['a']);
    stream.open(['a', 'b']);
    expect(transport.streams.map(({ open }) => open)).toEqual([false, true]);
    transport.streams[1]?.listener.ended(null);
    stream.close();
    await timing.advance(60_000);
    expect(transport.streams).toHaveLength(2);
  });
});
