import { written } from './written.ts';

const bytes: Readonly<Record<string, number>> = {
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

/** `500MB`, `20GB`: bytes, by PostgreSQL's powers of 1024. 100 TB at the most. */
export const size = written(
  'a size such as `500MB` or `20GB`',
  /^\d{1,6}(kB|MB|GB|TB)$/,
  (text) => {
    const value = Number(text.slice(0, -2)) * (bytes[text.slice(-2)] ?? Number.NaN);
    return value <= 100 * 1024 ** 4 ? value : undefined;
  },
).meta({ id: 'Size', description: 'A size: a whole number and kB, MB, GB or TB, powers of 1024.' });
