import { describe, expect, it } from '@jest/globals';
import { receivedRow } from './received-row.ts';

const now = 1_795_000_000_000;
const look = { policy: 'users-birthdate', guard: 'errors', newestAt: now, now, intervalMs: 30_000 };

describe('a guard that reads what was sent here', () => {
  it.each([
    [0, 'ok', 'newest metrics by OTLP 0 s old'],
    [90_000, 'ok', 'newest metrics by OTLP 90 s old'],
    [91_000, 'warning', 'newest metrics by OTLP 91 s old'],
  ])('and is %d ms old is %s', (ageMs, standing, message) => {
    const row = receivedRow({ ...look, newestAt: now - ageMs });
    expect(row).toMatchObject({ subject: 'users-birthdate errors', standing, message });
  });

  it('and never came is told of, with where to look', () => {
    const row = receivedRow({ ...look, newestAt: null });
    expect(row).toMatchObject({
      standing: 'warning',
      message: 'nothing was sent here by OTLP for users-birthdate',
      remedy: expect.stringContaining('docs/otlp.md'),
    });
  });
});
