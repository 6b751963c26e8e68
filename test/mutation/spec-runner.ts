import type { InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
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

/** Specs of a mutation run, by glob: `but` names those that are left out. Its configuration says which. */
interface Specs {
  readonly files: readonly string[];
  readonly but: readonly string[];
}

/** What the dry run found, for the process that follows one which a mutant kept from ending. */
const notes = 'dry-run.json';

/** What the dry run found of a spec: how long it took, and how often it ran the place of each mutant. */
interface Noted {
  readonly millis: number;
  readonly hits: Readonly<Record<string, number>>;
}

/** A spec that runs the place of a mutant so many times as often as without it will not come to an end. */
const endlessly = 100;

/** What instrumented code looks at, and where it notes what it has run. */
const context = globalThis as typeof globalThis & { __stryker__?: InstrumenterContext };

/**
 * Runs the specs of the pure core in this process, without jest: their modules are loaded once, a mutant is
 * switched on, and the specs that reach it run, quickest first, until one fails. jest would load all of
 * them anew for every mutant, which takes a hundred times as long.
 */
class SpecRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #chosen: Specs;
  #specs: readonly Spec[] = [];
  #noted = new Map<string, Noted>();

  constructor(options: StrykerOptions) {
    this.#chosen = options['specs'] as Specs;
  }

  /**
   * Stryker would begin a new process for each mutant that was run while modules were loaded as well. None is ever
   * switched on before a spec runs, so what was loaded is as good as new.
   */
  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true };
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
    const { files, but } = this.#chosen;
    const loaded: Spec[] = [];
    for (const file of globSync([...files], { exclude: [...but] }).sort()) {
      const url = pathToFileURL(join(process.cwd(), file)).href;
      loaded.push(...(await specsOf(file, () => import(url))));
    }
    this.#specs = loaded;
    if (existsSync(notes)) {
      this.#noted = new Map(JSON.parse(readFileSync(notes, 'utf8')) as [string, Noted][]);
    }
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const spec of this.#specs) {
      current().currentTestId = spec.id;
      tests.push(await tried(spec));
    }
    delete current().currentTestId;
    const { mutantCoverage } = current();
    for (const { id, timeSpentMs: millis } of tests) {
      this.#noted.set(id, { millis, hits: mutantCoverage?.perTest[id] ?? {} });
    }
    writeFileSync(notes, JSON.stringify([...this.#noted]));
    return {
      status: DryRunStatus.Complete,
      tests,
      ...(mutantCoverage === undefined ? {} : { mutantCoverage }),
    };
  }

  async mutantRun({ activeMutant, testFilter }: MutantRunOptions): Promise<MutantRunResult> {
    current().activeMutant = activeMutant.id;
    try {
      return await this.#untilKilled(this.#reaching(testFilter), activeMutant.id);
    } finally {
      delete current().activeMutant;
    }
  }

  #reaching(filter: readonly string[] | undefined): readonly Spec[] {
    const wanted = filter === undefined ? null : new Set(filter);
    return this.#specs
      .filter(({ id }) => wanted?.has(id) ?? true)
      .toSorted(
        (a, b) => (this.#noted.get(a.id)?.millis ?? 0) - (this.#noted.get(b.id)?.millis ?? 0),
      );
  }

  async #untilKilled(specs: readonly Spec[], mutant: string): Promise<MutantRunResult> {
    for (const [index, spec] of specs.entries()) {
      const hitLimit = endlessly * (1 + (this.#noted.get(spec.id)?.hits[mutant] ?? 0));
      Object.assign(current(), { hitLimit, hitCount: 0 });
      const result = await tried(spec);
      const endless = determineHitLimitReached(current().hitCount, hitLimit);
      if (endless !== undefined) return { status: MutantRunStatus.Timeout };
      if (result.status !== TestStatus.Failed) continue;
      const { failureMessage } = result;
      const killedBy = [spec.id];
      return { status: MutantRunStatus.Killed, killedBy, failureMessage, nrOfTests: index + 1 };
    }
    return { status: MutantRunStatus.Survived, nrOfTests: specs.length };
  }
}

async function tried({ id, run }: Spec): Promise<TestResult> {
  const began = performance.now();
  const failureMessage = await failureOf(run);
  const result = { id, name: id, timeSpentMs: performance.now() - began };
  return failureMessage === null
    ? { ...result, status: TestStatus.Success }
    : { ...result, status: TestStatus.Failed, failureMessage };
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

/** Tells Stryker that `specs` is no slip of the pen. */
export const strykerValidationSchema = {
  type: 'object',
  required: ['specs'],
  properties: {
    specs: {
      type: 'object',
      required: ['files', 'but'],
      properties: {
        files: { type: 'array', items: { type: 'string' } },
        but: { type: 'array', items: { type: 'string' } },
      },
    },
  },
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'specs', SpecRunner)];
