import { type LDContext, LDMigrationStage } from '@launchdarkly/node-server-sdk';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';
import { nameOf, tenants } from './sdk/flags.ts';
import { halved, launchDarkly } from './sdk/launchdarkly.ts';
import { type Contender, nanoseconds, retainedBytes, rowOf } from './sdk/measure.ts';
import { ourDecisions } from './sdk/ours.ts';
import { unleash } from './sdk/unleash.ts';

/**
 * What it costs to decide for one of a thousand tenants, half of whom are canaries: ours, Unleash's
 * `isEnabled` and LaunchDarkly's `migrationVariation`, in one process and in turns. Contexts are made
 * beforehand.
 */
export async function benchDecision({ full }: BenchOptions): Promise<BenchReport> {
  const rows: Row[] = [];
  const retained: Row[] = [];
  for (const flags of [1, 100, 10_000]) {
    const { ours, theirs, end } = await contenders(flags);
    const figures = await nanoseconds({ ours, peers: theirs }, full ? 31 : 7);
    rows.push(rowOf(`1000 tenants, ${flags === 1 ? '1 flag' : `${flags} flags`}`, 'ns', figures));
    if (flags === 1) {
      const bytes = await retainedBytes(ours, 1_000_000);
      retained.push(rowOf('retained by a decision', 'B', { ours: spreadOf([bytes]), peers: {} }));
    }
    await end();
  }
  return { bench: 'decision', rows: [...rows, ...retained] };
}

async function contenders(flags: number): Promise<{
  readonly ours: Contender;
  readonly theirs: Readonly<Record<string, Contender>>;
  readonly end: () => Promise<void>;
}> {
  const names = Array.from({ length: flags }, (_, n) => nameOf(n));
  const decisions = ourDecisions(flags);
  const client = await unleash(flags);
  const other = await launchDarkly(halved(flags));
  const contexts = tenants.map((tenantId) => ({ properties: { tenantId } }));
  const users = tenants.map((key): LDContext => ({ kind: 'tenant', key }));
  // What is decided is looked at, or nothing need be decided.
  const tally = { ours: 0, unleash: 0, launchdarkly: 0 };
  return {
    ours: (times) => {
      for (let n = 0; n < times; n += 1) {
        const decided = decisions.decide(names[n % flags]!, tenants[n % 1_000]);
        if ('side' in decided && decided.side === 'new') tally.ours += 1;
      }
    },
    theirs: {
      'unleash-client': (times) => {
        for (let n = 0; n < times; n += 1) {
          if (client.isEnabled(names[n % flags]!, contexts[n % 1_000])) tally.unleash += 1;
        }
      },
      launchdarkly: async (times) => {
        for (let n = 0; n < times; n += 1) {
          const { value } = await other.migrationVariation(
            names[n % flags]!,
            users[n % 1_000]!,
            LDMigrationStage.Off,
          );
          if (value === 'live') tally.launchdarkly += 1;
        }
      },
    },
    end: async () => {
      for (const [name, count] of Object.entries(tally)) {
        if (count === 0) throw new Error(`${name} routed nobody to the new side`);
      }
      client.destroy();
      other.close();
      await Promise.resolve();
    },
  };
}
