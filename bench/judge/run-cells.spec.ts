import { describe, expect, it } from '@jest/globals';
import { cellName, selectCells } from './cells.ts';
import { runCells } from './run-cells.ts';

const chosen = selectCells({ world: 'low traffic', fault: '50pp', full: false });

describe('selectCells', () => {
  it('leaves further worlds to a whole run, or to who names them', () => {
    const all = { world: '', fault: '' };
    const names = selectCells({ ...all, full: false }).map(cellName);
    expect(names).toContain('daily rhythm: +1pp');
    expect(names).not.toContain('retries that spill');
    expect(selectCells({ ...all, full: true }).length).toBeGreaterThan(names.length);
    expect(selectCells({ world: 'retries', fault: 'none', full: false })).toHaveLength(1);
  });
});

describe('runCells', () => {
  it('gives the same outcomes for the same seeds, whoever works on them', async () => {
    const run = async (workers: number): Promise<string[]> => {
      const extent = { isWhole: false, judgesWarm: false };
      const options = { rollouts: 12, seeds: 'usual', extent, workers } as const;
      const [outcomes = []] = [...(await runCells(chosen, options)).values()];
      return outcomes.map((each) => JSON.stringify(each)).toSorted();
    };
    const [one, two] = [await run(1), await run(2)];
    expect(one).toHaveLength(12);
    expect(two).toEqual(one);
    expect(one[0]).toContain('"alarmAt"');
  });
});
