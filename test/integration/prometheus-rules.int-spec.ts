import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const promtool = (words: string[]) => promisify(execFile)('promtool', words);

describe("the rules for Prometheus, by Prometheus's own tool", () => {
  it.each(globSync('grafana/rules/*.yaml'))('%s can be loaded', async (file) => {
    await expect(promtool(['check', 'rules', file])).resolves.toMatchObject({
      stdout: expect.stringContaining('SUCCESS'),
    });
  });

  it.each(globSync('test/fixtures/prometheus-rules/*.test.yaml'))('%s', async (file) => {
    await expect(promtool(['test', 'rules', file])).resolves.toMatchObject({
      stdout: expect.stringContaining('SUCCESS'),
    });
  });
});
