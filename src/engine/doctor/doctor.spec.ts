import { describe, expect, it } from '@jest/globals';
import { fine } from '../../core/doctor/doctor-row.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { Doctor } from './doctor.ts';
import type { Examination } from './examination.ts';

const nothing = { policies: [], targets: [], providers: [] };
const good: Examination = { part: 'database', look: async () => [fine('database', 'state', 'up')] };
const hanging: Examination = { part: 'metrics', look: () => new Promise(() => undefined) };

describe('the doctor', () => {
  it('finds what it can, in order, whatever hangs or fails beside it', async () => {
    const failing: Examination = {
      part: 'flags',
      look: () => Promise.reject(new CrossfadeError('unavailable', 'no answer from Unleash')),
    };
    const rows = await new Doctor([hanging, good, failing], 20).examine(nothing);
    expect(rows.map(({ part, standing }) => [part, standing])).toEqual([
      ['metrics', 'fault'],
      ['database', 'ok'],
      ['flags', 'fault'],
    ]);
    expect(rows[0]?.message).toBe('nothing was found out within 20 ms');
    expect(rows[2]?.message).toBe('no answer from Unleash');
  });

  it('takes an error that nobody foresaw for a fault of that part, too', async () => {
    const broken: Examination = {
      part: 'service',
      look: () => Promise.reject(new TypeError('x is undefined')),
    };
    const [row] = await new Doctor([broken], 1_000).examine(nothing);
    expect(row).toMatchObject({ standing: 'fault', message: 'x is undefined' });
  });
});
