import { writeFile } from 'node:fs/promises';
import { machine } from '../support/machine.ts';
import { acceptancePage } from './acceptance-page.ts';
import type { Repeated } from './acceptance-page.ts';
import { repeat } from './repeat.ts';

/** How often each scenario is repeated, and which of its figures a person wants to see. */
const programme = [
  { scenario: 'healthy', times: 10 },
  { scenario: 'errors', times: 5 },
  { scenario: 'latency', times: 5 },
  { scenario: 'mismatch', times: 5 },
  { scenario: 'crash', times: 1 },
  { scenario: 'outage', times: 1 },
] as const;

const page = new URL('../../docs/acceptance.md', import.meta.url);

const repeated: Repeated[] = [];
for (const { scenario, times } of programme) {
  repeated.push(await repeat(scenario, times, (line) => process.stdout.write(`${line}\n`)));
}
await writeFile(page, acceptancePage(repeated, new Date(), machine()));
const failures = repeated.flatMap(({ failures: listed }) => listed);
for (const failure of failures) process.stdout.write(`NOT AS IT SHOULD: ${failure}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
