import { written } from './written.ts';

const number = String.raw`\d{1,6}(\.\d{1,6})?`;

/** `10%`: a part, 0 to 1. */
export const percentage = written(
  'a percentage from `0%` to `100%`',
  new RegExp(`^${number}%$`),
  (text) => atMostOne(Number(text.slice(0, -1)) / 100),
).meta({ id: 'Percentage', description: 'A percentage from 0% to 100%.' });

/** `1%`: a probability above 0 and below 1. */
export const budget = written(
  'a probability above `0%` and below `50%`, such as `1%`',
  new RegExp(`^${number}%$`),
  (text) => {
    const value = Number(text.slice(0, -1)) / 100;
    return value > 0 && value < 0.5 ? value : undefined;
  },
).meta({ id: 'Budget', description: 'A probability above 0% and below 50%.' });

/** `0.05pp`: percentage points that are added to a rate; 0.0005. */
export const points = written(
  'percentage points such as `0.05pp`',
  new RegExp(`^${number}pp$`),
  (text) => atMostOne(Number(text.slice(0, -2)) / 100),
).meta({ id: 'Points', description: 'Percentage points, such as 0.05pp.' });

function atMostOne(value: number): number | undefined {
  return value <= 1 ? value : undefined;
}
