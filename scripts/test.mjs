// `npm test`: everything that must hold, each thing once. Prepares the machine, builds, checks the
// house, runs the specs, and ends with one line `N passed, N failed` over all of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { requirePackages } from './debian-packages.mjs';

// Nothing is skipped for want of a package: without it nothing is run.
// It has named what is missing: a run without it would skip specs and look green.
if (!requirePackages()) process.exit(1);

const root = resolve(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'crossfade-reports-'));
const total = { passed: 0, failed: 0 };

await step('build', process.execPath, ['scripts/ensure-built.mjs']);
await step('check', 'npm', ['run', '-s', 'check']);
// Jest leaves one core to others unless it is told that there are none.
await specs('specs against servers', ['integration', 'e2e'], ['--maxWorkers=100%']);
// The stories count seconds and leave most of a machine idle: arithmetic fills the rest, and waits for them.
await Promise.all([
  specs('timed stories', ['timed'], ['--runInBand']),
  specs('unit specs', ['unit'], ['--maxWorkers=1'], constants.priority.PRIORITY_LOW),
]);

rmSync(reports, { recursive: true });
process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);

/** @param {string} name @param {string} program @param {string[]} options */
async function step(name, program, options) {
  const began = performance.now();
  const succeeded = await execute(program, options);
  total[succeeded ? 'passed' : 'failed'] += 1;
  process.stdout.write(`${succeeded ? 'PASS' : 'FAIL'} ${name} (${since(began)} s)\n`);
}

/**
 * A suite that cannot even be loaded is one failure, and so is a skipped spec: nothing is skipped.
 * @param {string} name @param {string[]} projects @param {string[]} options @param {number} [priority]
 */
async function specs(name, projects, options, priority) {
  const began = performance.now();
  const report = join(reports, `${projects.join('-')}.json`);
  const jest = ['run', '-s', 'jest', '--', '--selectProjects', ...projects, '--ci', ...options];
  const succeeded = await execute('npm', [...jest, '--json', `--outputFile=${report}`], priority);
  if (!existsSync(report)) {
    total.failed += 1;
    process.stdout.write(`FAIL ${name}: jest ended without a report\n`);
    return;
  }
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = counts.numPendingTests + counts.numTodoTests;
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites + skipped;
  if (skipped > 0) process.stdout.write(`FAIL ${name}: ${skipped} specs are skipped\n`);
  total.passed += counts.numPassedTests;
  // Jest may fail beside its specs, for example in a global teardown.
  total.failed += failed === 0 && !succeeded ? 1 : failed;
  process.stdout.write(
    `${failed === 0 && succeeded ? 'PASS' : 'FAIL'} ${name} (${since(began)} s)\n`,
  );
}

/** @param {number} began */
function since(began) {
  return ((performance.now() - began) / 1000).toFixed(1);
}

/** Stdout carries what a reader of the log wants; jest writes its JSON there too, so that is dropped. */
async function execute(program, options, priority = 0) {
  const stdout = options.includes('--json') ? 'ignore' : 'inherit';
  const child = spawn(program, options, { cwd: root, stdio: ['ignore', stdout, 'inherit'] });
  if (priority !== 0 && child.pid !== undefined) setPriority(child.pid, priority);
  const [status] = await once(child, 'exit');
  return status === 0;
}
