import { describe, expect, it } from '@jest/globals';
import {
  besideOthers,
  changed,
  isUnrestrained,
  paceOf,
  pausedWords,
  restAfter,
  scheduleWords,
} from './pace.ts';
import { USUAL_LIMITS } from './throttle-reason.ts';

describe('a pace', () => {
  it('is the usual one until somebody changes it', () => {
    const usual = {
      batchTimeMs: 100,
      nice: 0,
      pausedBy: null,
      limits: USUAL_LIMITS,
      during: null,
      isGentle: false,
    };
    expect(paceOf(100, {})).toEqual(usual);
  });

  it('takes what a person changes and leaves the rest', () => {
    const once = changed({}, { nice: 0.5, limits: { activeBackends: 10 } }, 'ann');
    const twice = changed(once, { paused: true, limits: { deadRows: null } }, 'bob');
    expect(paceOf(50, twice)).toEqual({
      batchTimeMs: 50,
      nice: 0.5,
      pausedBy: 'bob',
      limits: { ...USUAL_LIMITS, activeBackends: 10, deadRows: null },
      during: null,
      isGentle: false,
    });
    expect(pausedWords(twice)).toBe('paused by bob');
    expect(pausedWords(changed(twice, { paused: false }, 'ann'))).toBeNull();
    expect(changed(twice, { nice: 2 }, 'ann').pausedBy).toBe('bob');
  });

  it('rests by the time that a batch took', () => {
    expect(restAfter(80, paceOf(100, {}))).toBe(0);
    expect(restAfter(80, paceOf(100, { nice: 0.5 }))).toBe(40);
  });

  it('is short and restful beside others and while nobody knows, unless a person wants it gentler still', () => {
    const gentler = paceOf(1, { nice: 10 });
    for (const isBusy of [true, null]) {
      const beside = besideOthers(paceOf(100, {}), isBusy);
      expect(beside.batchTimeMs).toBe(2);
      expect([2, 5, 30].map((elapsed) => restAfter(elapsed, beside))).toEqual([8, 20, 40]);
      const asked = besideOthers(gentler, isBusy);
      expect(asked.batchTimeMs).toBe(1);
      expect([2, 5, 30].map((elapsed) => restAfter(elapsed, asked))).toEqual([20, 50, 300]);
    }
  });

  it('keeps to one processor beside others, while nobody knows, and where it is to rest', () => {
    const seen = [false, true, null].map((isBusy) => besideOthers(paceOf(100, {}), isBusy));
    expect(seen.map(isUnrestrained)).toEqual([true, false, false]);
    expect(isUnrestrained(besideOthers(paceOf(100, { nice: 0.5 }), false))).toBe(false);
  });

  it('waits for its hours, and for none when a person says so', () => {
    const night = { days: ['sun'], from: 1_320, to: 360, timezone: 'Europe/Berlin' } as const;
    const sundayNoon = Date.parse('2026-11-22T11:00Z');
    const stored = { during: [night] };
    expect(scheduleWords(paceOf(100, stored), sundayNoon)).toBe(
      'waits for its hours, until Sun 2026-11-22 22:00 Europe/Berlin',
    );
    expect(scheduleWords(paceOf(100, stored), sundayNoon + 17 * 3_600_000)).toBeNull();
    const freed = changed(stored, { anytime: true }, 'ann');
    expect(scheduleWords(paceOf(100, freed), sundayNoon)).toBeNull();
  });

  it('is as people want it alone', () => {
    expect(besideOthers(paceOf(100, {}), false)).toEqual(paceOf(100, {}));
  });
});
