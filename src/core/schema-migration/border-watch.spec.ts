import { describe, expect, it } from '@jest/globals';
import {
  type BorderTrack,
  boundOf,
  isLookDue,
  nearBorder,
  trackWords,
  watchedBorders,
  withLook,
} from './border-watch.ts';
import { migrationOf } from './users-catalog.fixture.ts';

const day = 86_400_000;

const widened = (holds: string, warnBeforeMs?: number) =>
  migrationOf({
    operation: 'changeType',
    table: 'users',
    column: 'id',
    type: 'bigint',
    up: 'id',
    down: 'id',
    reversible: { while: holds, ...(warnBeforeMs === undefined ? {} : { warnBeforeMs }) },
  });

const watched = (holds: string) => {
  const [border] = watchedBorders(widened(holds, 30 * day));
  if (border === undefined) throw new TypeError('It is watched.');
  return border;
};

const rising = watched('id <= 1000');

/** A look a day, which finds these values. */
const seen = (values: readonly (number | null)[], border = rising): BorderTrack =>
  values.reduce<BorderTrack | null>(
    (track, value, at) => withLook(border, track, value, at * day),
    null,
  ) as BorderTrack;

describe('a border that is watched', () => {
  it.each([
    ['id <= 2147483647', { bound: 2_147_483_647, rises: true }],
    ['"Id" > -10.5', { bound: -10.5, rises: false }],
    ['length(name) <= 50', null],
    ['id <= 5 AND id > 1', null],
    ['amount = 5', null],
  ])('is told from %s', (condition, bound) => {
    expect(boundOf(condition)).toEqual(bound);
  });

  it('is the new column as it stands until contract, where people want to be warned', () => {
    expect(rising).toMatchObject({ place: 'users.id', table: 'users', bound: 1000, rises: true });
    expect(rising.column).toMatch(/^_crossfade_\w{8}_new_id$/);
    expect(watchedBorders(widened('id <= 1000'))).toEqual([]);
  });

  it('is looked at a hundred times in as long as people want to know before', () => {
    const track = withLook(rising, null, null, 0);
    expect(isLookDue(rising, null, 0)).toBe(true);
    expect(isLookDue(rising, track, 0.3 * day - 1)).toBe(false);
    expect(isLookDue(rising, track, 0.3 * day)).toBe(true);
  });

  it.each([
    ['goes on as it has begun', rising, [100, 110, 120], 2 + 88],
    ['has become faster of late', rising, [100, 100, 100, 100, 150, 200], 5 + 16],
    ['falls', watched('id >= -1000'), [0, -100, -200], 2 + 8],
    ['is past it', rising, [900, 1001], 1],
  ])('is passed when a value that %s gets there', (_, border, values, days) => {
    expect(seen(values, border).passesAt).toBe(days * day);
  });

  it.each([
    ['nothing has been written', [null, null]],
    ['there was one look alone', [900]],
    ['values stay', [900, 900]],
    ['values go away from it', [900, 800]],
  ])('is not passed where %s', (_, values) => {
    expect(seen(values).passesAt).toBeNull();
  });

  it('keeps few samples, the first and the last among them', () => {
    const { samples } = seen(Array.from({ length: 200 }, (_, at) => at));
    expect(samples.length).toBeLessThanOrEqual(33);
    expect([samples[0]?.value, samples.at(-1)?.value]).toEqual([0, 199]);
  });

  it('says why it could not be seen, and goes by what it saw before', () => {
    const before = seen([100, 110]);
    const track = withLook(rising, before, { unseen: 'too slow' }, 9 * day);
    expect(track).toMatchObject({
      unseen: 'too slow',
      lookedAt: 9 * day,
      passesAt: before.passesAt,
    });
    expect(withLook(rising, track, 120, 10 * day)).not.toHaveProperty('unseen');
  });

  it('is near when it is passed sooner than people want to know, the soonest first', () => {
    const [far, near] = [seen([100, 110]), seen([100, 900])];
    expect(nearBorder([far], 2 * day)).toBeNull();
    expect(nearBorder([far], 60 * day)).toBe(far);
    expect(nearBorder([far, near], 60 * day)).toBe(near);
    expect(trackWords(near)).toBe('users.id is at 900 of 1000');
  });
});
