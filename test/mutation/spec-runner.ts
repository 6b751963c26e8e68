import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Spec, specsOf } from './specs.ts';

const globals = new URL('./jest-globals.ts', import.meta.url).href;

/** Whole simulations, which take from seconds to minutes and would be run for nearly every mutant. */
const simulations = /(simulated|detection|judge\/judge|random-nulls)\.spec\.ts$/;

/** How long each spec took, for the process that follows one which a mutant kept from ending. */
const durations = 'spec-durations.json';

/** What instrumented code looks at, and where it notes what it has run. */
const context = globalThis as typeof globalThis & { __stryker__?: InstrumenterContext };

/**
 * Runs the specs of the pure core in this process, without jest: their modules are loaded once, a mutant is
 * switched on, and the specs that reach it run, quickest first, until one fails. jest would load all of
 * them anew for every mutant, which takes a hundred times as long.
 */
class SpecRunner implements TestRunner {
  #specs: readonly Spec[] = [];
  #millis = new Map<string, number>();

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    registerHooks({
      resolve: (specifier, parent, next) =>
        specifier === '@jest/globals'
          ? { url: globals, shortCircuit: true }
          : next(specifier, parent),
    });
    await import(pathToFileURL(join(process.cwd(), 'test/support/fixed-seed.ts')).href);
    // A mutant is caught by the first counterexample; a smaller one is of no use.
    fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
    const files = globSync('src/core/{judge,statistics,histogram}/**/*.spec.ts').sort();
    const loaded: Spec[] = [];
    for (const file of files.filter((name) => !simulations.test(name))) {
      const url = pathToFileURL(join(process.cwd(), file)).href;
      loaded.push(...(await specsOf(file, () => import(url))));
    }
    this.#specs = loaded;
    if (existsSync(durations)) {
      this.#millis = new Map(JSON.parse(readFileSync(durations, 'utf8')) as [string, number][]);
    }
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const spec of this.#specs) {
      current().currentTestId = spec.id;
      tests.push(await this.#tried(spec));
    }
    delete current().currentTestId;
    writeFileSync(durations, JSON.stringify([...this.#millis]));
    const { mutantCoverage } = current();
    return {
      status: DryRunStatus.Complete,
      tests,
      ...(mutantCoverage === undefined ? {} : { mutantCoverage }),
    };
  }

  async mutantRun({
    activeMutant,
    testFilter,
    hitLimit,
  }: MutantRunOptions): Promise<MutantRunResult> {
    Object.assign(current(), {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit === undefined ? undefined : 0,
    });
    try {
      return await this.#untilKilled(this.#reaching(testFilter));
    } finally {
      delete current().activeMutant;
    }
  }

  #reaching(filter: readonly string[] | undefined): readonly Spec[] {
    const wanted = filter === undefined ? null : new Set(filter);
    return this.#specs
      .filter(({ id }) => wanted?.has(id) ?? true)
      .toSorted((a, b) => (this.#millis.get(a.id) ?? 0) - (this.#millis.get(b.id) ?? 0));
  }

  async #untilKilled(specs: readonly Spec[]): Promise<MutantRunResult> {
    for (const [index, spec] of specs.entries()) {
      const result = await this.#tried(spec);
      const { hitCount, hitLimit } = current();
      const endless = determineHitLimitReached(hitCount, hitLimit);
      if (endless !== undefined) return { status: MutantRunStatus.Timeout };
      if (result.status !== TestStatus.Failed) continue;
      const { failureMessage } = result;
      const killedBy = [spec.id];
      return { status: MutantRunStatus.Killed, killedBy, failureMessage, nrOfTests: index + 1 };
    }
    return { status: MutantRunStatus.Survived, nrOfTests: specs.length };
  }

  async #tried({ id, run }: Spec): Promise<TestResult> {
    const began = performance.now();
    const failureMessage = await failureOf(run);
    const timeSpentMs = performance.now() - began;
    if (current().activeMutant === undefined) this.#millis.set(id, timeSpentMs);
    const result = { id, name: id, timeSpentMs };
    return failureMessage === null
      ? { ...result, status: TestStatus.Success }
      : { ...result, status: TestStatus.Failed, failureMessage };
  }
}

function current(): InstrumenterContext {
  return (context.__stryker__ ??= {});
}

async function failureOf(run: () => unknown): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'specs', SpecRunner)];
