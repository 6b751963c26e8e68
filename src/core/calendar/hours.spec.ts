import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Calendar, type Hours, isOpen, nextOpening } from './hours.ts';
import { propertyRuns } from '../../../test/support/property-runs.ts';
import { dateOf, localTime, placeAndTime, type Weekday, weekdays } from './local-time.ts';

const at = (text: string): number => Date.parse(text);
const minute = 60_000;

const office: Hours = {
  days: ['mon', 'tue', 'wed', 'thu'],
  from: 9 * 60,
  to: 16 * 60,
  timezone: 'Europe/Berlin',
};
const only = (hours: Hours): Calendar => ({ hours: [hours], blackouts: [] });

describe('hours', () => {
  it('follow the wall clock of their place, in summer and in winter', () => {
    expect(isOpen(only(office), at('2026-07-06T07:00Z'))).toBe(true);
    expect(isOpen(only(office), at('2026-07-06T14:00Z'))).toBe(false);
    expect(isOpen(only(office), at('2026-11-23T07:59Z'))).toBe(false);
    expect(isOpen(only(office), at('2026-11-23T08:00Z'))).toBe(true);
    expect(isOpen(only(office), at('2026-11-27T10:00Z'))).toBe(false);
  });

  it('may end on the next day, or when they began', () => {
    const night = { ...office, days: ['sun'], from: 22 * 60, to: 6 * 60 } as const;
    expect(isOpen(only(night), at('2026-11-23T04:59Z'))).toBe(true);
    expect(isOpen(only(night), at('2026-11-23T05:00Z'))).toBe(false);
    const whole = { ...office, days: ['sun'], from: 0, to: 0, timezone: 'UTC' } as const;
    expect(isOpen(only(whole), at('2026-11-22T23:59Z'))).toBe(true);
    expect(isOpen(only(whole), at('2026-11-23T00:00Z'))).toBe(false);
  });

  it('that lie in the hour which the spring leaves out open with the next one', () => {
    const early = { ...office, days: ['sun'], from: 2 * 60 + 30, to: 4 * 60 } as const;
    const opens = nextOpening(only(early), at('2026-03-28T12:00Z'));
    expect(opens).toBe(at('2026-03-29T01:00Z'));
    expect(placeAndTime('Europe/Berlin', opens ?? 0)).toBe('Sun 2026-03-29 03:00 Europe/Berlin');
  });

  it('that lie in the hour which the autumn has twice are open in both', () => {
    const early = { ...office, days: ['sun'], from: 2 * 60, to: 3 * 60 } as const;
    expect(nextOpening(only(early), at('2026-10-24T12:00Z'))).toBe(at('2026-10-25T00:00Z'));
    expect(isOpen(only(early), at('2026-10-25T00:30Z'))).toBe(true);
    expect(isOpen(only(early), at('2026-10-25T01:30Z'))).toBe(true);
    expect(isOpen(only(early), at('2026-10-25T02:00Z'))).toBe(false);
  });

  it('are closed on the days of a blackout, and open after the last of them', () => {
    const blackouts = [{ from: '2026-12-21', to: '2027-01-03', timezone: 'Europe/Berlin' }];
    const calendar = { hours: [office], blackouts };
    expect(isOpen(calendar, at('2026-12-23T10:00Z'))).toBe(false);
    expect(nextOpening(calendar, at('2026-12-18T10:00Z'))).toBe(at('2027-01-04T08:00Z'));
    expect(nextOpening({ hours: [], blackouts }, at('2026-12-23T10:00Z'))).toBe(
      at('2027-01-03T23:00Z'),
    );
  });

  it('open at the first open minute, as counting them one by one finds it', () => {
    const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC', 'Asia/Tokyo'];
    const hours = fc.record({
      days: fc.uniqueArray(fc.constantFrom<Weekday>(...weekdays), { minLength: 1 }),
      from: fc.nat(1_439),
      to: fc.nat(1_439),
      timezone: fc.constantFrom(...zones),
    });
    const changes = [
      '2026-03-29T01:00Z',
      '2026-10-25T01:00Z',
      '2026-11-01T06:00Z',
      '2026-04-04T15:00Z',
    ];
    const moment = fc
      .tuple(fc.constantFrom(...changes.map(at)), fc.integer({ min: -2_880, max: 1_440 }))
      .map(([change, minutes]) => change + minutes * minute);
    const days = fc
      .tuple(fc.constantFrom(...zones), moment, fc.nat(2))
      .map(([timezone, from, length]) => {
        const { day } = localTime(timezone, from);
        return { timezone, from: dateOf(day), to: dateOf(day + length) };
      });
    fc.assert(
      fc.property(
        fc.array(hours, { minLength: 1, maxLength: 2 }),
        fc.array(days, { maxLength: 1 }),
        moment,
        (list, blackouts, now) => {
          const calendar = { hours: list, blackouts };
          const found = nextOpening(calendar, now);
          let first = now;
          while (first < now + 4 * 86_400_000 && !isOpen(calendar, first)) first += minute;
          const isFound = isOpen(calendar, first);
          expect(found === first).toBe(isFound);
          expect(found ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(first);
        },
      ),
      { numRuns: propertyRuns(100) },
    );
  });
});
