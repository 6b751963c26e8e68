import { describe, expect, it } from '@jest/globals';
import { clientInStage } from '../../test/support/client-in-stage.ts';
import { settle } from '../../test/support/manual-timing.ts';

describe('what comparisons found', () => {
  it('is told once, with the fields and without the values, and the last ten are kept', async () => {
    const { client, birthdate, warnings } = await clientInStage('shadow');
    const find = (): Promise<object> =>
      birthdate.read<{ id: number | string; name: string }>({
        pure: true,
        old: () => ({ id: 1, name: 'Ada' }),
        new: () => ({ id: '1', name: 'ada' }),
        normalise: (user) => ({ ...user, id: Number(user.id) }),
      });
    for (let n = 0; n < 12; n += 1) {
      await client.withUnit(`t${n}`, find);
      await settle();
    }
    const { mismatches, noise } = client.status().migrations[0]!;
    expect(mismatches.map(({ unit }) => unit)).toEqual(
      Array.from({ length: 10 }, (_, n) => `t${n + 2}`),
    );
    expect(mismatches[0]).toMatchObject({
      kind: 'field',
      fields: ['name'],
      at: expect.any(Number),
    });
    expect(noise).toBe(0);
    expect(warnings).toEqual([expect.stringContaining('(field: name)')]);
    expect(JSON.stringify([warnings, mismatches])).not.toMatch(/ada/i);
  });

  it('is noise where the old side differs from itself, which is said when it goes on', async () => {
    const { client, birthdate, warnings, evidence } = await clientInStage('shadow');
    let clock = 0;
    const find = (): Promise<number> =>
      birthdate.read({ pure: true, old: () => (clock += 1), new: () => (clock += 1) });
    const readTimes = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        await client.withUnit('t1', find);
        await settle();
      }
    };
    await readTimes(4);
    expect(warnings).toEqual([]);
    await readTimes(1);
    expect(warnings).toEqual([expect.stringContaining('differs from itself')]);
    expect(client.status().migrations[0]).toMatchObject({ noise: 5, mismatches: [] });
    expect((await evidence())[0]?.comparisons).toMatchObject([{ compared: 0, void: 5 }]);
  });

  it('comes from as many reads at a time as the option allows', async () => {
    const { read, evidence, client } = await clientInStage('shadow', {}, { comparisonsAtOnce: 1 });
    let open = (): void => {};
    const gate = new Promise<string>((resolve) => {
      open = () => resolve('same');
    });
    await read({ pure: true, new: () => gate });
    await read({ pure: true });
    await settle();
    open();
    await settle();
    expect((await evidence())[0]?.comparisons).toMatchObject([{ compared: 1, void: 1 }]);
    await client.close();
  });
});
