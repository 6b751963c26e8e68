import { describe, expect, it } from '@jest/globals';
import { migration } from './process-client.ts';
import { CrossfadeTesting } from './testing.ts';

const sides = { old: () => 'old', new: () => 'new' };

describe('migration(name)', () => {
  it('may be called before there is a client, which then declares it', async () => {
    const birthdate = migration('users-birthdate');
    await expect(birthdate.read(sides)).rejects.toMatchObject({
      code: 'invalidInput',
      message: expect.stringContaining('createCrossfade'),
    });
    const client = CrossfadeTesting.forced('users-birthdate', 'new');
    expect(client.status().migrations.map(({ migration: name }) => name)).toContain(
      'users-birthdate',
    );
    expect(await birthdate.read(sides)).toBe('new');
    await client.close();
  });

  it('is about the newest client that is open, and about the last one after it was closed', async () => {
    const birthdate = migration<string>('users-birthdate');
    const first = CrossfadeTesting.forced('users-birthdate', 'new');
    const second = CrossfadeTesting.forced('users-birthdate', 'old');
    expect(await birthdate.write(sides)).toBe('old');
    await second.close();
    expect(await birthdate.write(sides)).toBe('new');
    await first.close();
    expect(await birthdate.write(sides)).toBe('new');
  });
});
