import { z } from 'zod';
import { oneOf } from '../scalars/one-of.ts';
import { date, timeOfDay, timeZone } from '../scalars/time.ts';
import { text } from '../scalars/name.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

/** Hours of a week by the wall clock of a place. */
export const hoursShape = {
  days: required(
    z
      .array(oneOf('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'))
      .min(1, { error: 'expected at least one day' }),
    'Days of the week on which it begins.',
  ),
  from: required(timeOfDay, 'Where it begins, by the wall clock.'),
  to: required(timeOfDay, 'Where it ends; on the next day, where that is not later than `from`.'),
  timezone: required(timeZone, 'Whose wall clock.'),
};

export const blackoutSchema = mapping({
  from: required(date, 'First day.'),
  to: required(date, 'Last day.'),
  timezone: required(timeZone, 'Where these days begin and end.'),
  reason: optional(text, 'What people read while it lasts.'),
});
