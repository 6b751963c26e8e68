import { describe, expect, it } from '@jest/globals';
import { UnitWrites } from './unit-writes.ts';

describe('UnitWrites', () => {
  it('sees a write that was running when the watch began', () => {
    const writes = new UnitWrites();
    const end = writes.begin('t1');
    const watch = writes.watch('t1');
    end();
    expect(watch.overlapped).toBe(true);
  });

  it('sees a write that began during the watch, running or ended', () => {
    const writes = new UnitWrites();
    const [first, second] = [writes.watch('t1'), writes.watch('t1')];
    writes.begin('t1');
    expect([first.overlapped, second.overlapped]).toEqual([true, true]);
  });

  it('sees neither earlier writes nor those of others', () => {
    const writes = new UnitWrites();
    writes.begin('t1')();
    const watch = writes.watch('t1');
    writes.begin('t2')();
    expect(watch.overlapped).toBe(false);
  });

  it('keeps each watch apart, whichever ends first and however often', () => {
    const writes = new UnitWrites();
    const ended = writes.watch('t1');
    ended.end();
    const open = writes.watch('t1');
    ended.end();
    writes.begin('t1')();
    expect([ended.overlapped, open.overlapped]).toEqual([false, true]);
  });
});
