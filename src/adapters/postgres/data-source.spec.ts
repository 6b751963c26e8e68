import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stateDataSource } from './data-source.ts';

describe('stateDataSource', () => {
  it('runs every migration that there is', () => {
    const files = readdirSync(new URL('../../../migrations', import.meta.url));
    const { migrations } = stateDataSource('postgres://nowhere').options;
    const times = (migrations as readonly { readonly name: string }[]).map(
      (one) => /\d+$/.exec(one.name)?.[0],
    );
    expect(new Set(times)).toEqual(new Set(files.map((file) => file.split('-')[0])));
  });
});
