import { beforeEach, describe, expect, it } from '@jest/globals';
import type { GuardFigures } from '../../core/rollout/rollout-figures.ts';
import { rollingBack } from '../../../test/support/fleet-member.ts';
import { type Fleet, type FleetMember, FleetReader } from '../../engine/ports/fleet-reader.ts';
import { Silence } from '../../../test/support/silence.ts';
import { EngineMetrics } from './engine-metrics.ts';
import { expose } from './exposition.ts';
import { FleetGauges } from './fleet-gauges.ts';
import { rolloutGauges } from './rollout-samples.ts';

const errors: GuardFigures = {
  guard: 'errors',
  verdict: 'fail',
  canary: 0.1,
  baseline: 0.001,
  limit: 0.002,
  unit: 'ratio',
  samples: { canary: 400, baseline: 1_200, units: 20 },
  logHarm: 9.5,
  logNotWorse: null,
  newestAt: 90_000,
};

const { figures } = rollingBack;
const member: FleetMember = {
  ...rollingBack,
  figures: figures === null ? null : { ...figures, guards: [errors] },
};

const quiet: Fleet = { at: 100_000, members: [], leftOut: 0, queues: [], refusedSets: [] };

class FixedFleet extends FleetReader {
  fleet: Fleet | null = quiet;
  reads = 0;

  override read(): Promise<Fleet> {
    this.reads += 1;
    return this.fleet === null ? Promise.reject(new Error('gone')) : Promise.resolve(this.fleet);
  }
}

let reader: FixedFleet;
let metrics: EngineMetrics;

/** The lines of a scrape about Crossfade itself that are no comments. */
async function scrape(openMetrics = false): Promise<readonly string[]> {
  const { text } = await expose(metrics.registry, openMetrics);
  return text.split('\n').filter((line) => /^crossfade_(?!nodejs|process)/.test(line));
}

beforeEach(() => {
  reader = new FixedFleet();
  metrics = new EngineMetrics();
  void new FleetGauges(reader, metrics, new Silence());
});

describe('gauges of rollouts', () => {
  it('say where each stands, what its guards found, and what its data is like', async () => {
    reader.fleet = { ...quiet, members: [member] };
    const lines = await scrape();
    for (const line of [
      'crossfade_rollout_info{rollout="users",project="identity"} 1',
      'crossfade_rollout_phase{rollout="users",phase="rolling_back"} 1',
      'crossfade_rollout_step{rollout="users"} 5',
      'crossfade_rollout_steps{rollout="users"} 11',
      'crossfade_rollout_share_ratio{rollout="users",at="set"} 0.25',
      'crossfade_rollout_share_ratio{rollout="users",at="wanted"} 0',
      'crossfade_rollout_instances{rollout="users",level="behind"} 1',
      'crossfade_rollout_decision_timestamp_seconds{rollout="users",action="rollback"} 91',
      'crossfade_rollout_hold_since_timestamp_seconds{rollout="users",code="guard"} 70',
      'crossfade_rollout_target_readable{rollout="users"} 0',
      'crossfade_guard_verdict{rollout="users",guard="errors",verdict="fail"} 1',
      'crossfade_guard_value{rollout="users",guard="errors",of="limit",unit="ratio"} 0.002',
      'crossfade_guard_evidence_nats{rollout="users",guard="errors",for="harm"} 9.5',
      'crossfade_parity_differing_rows{rollout="users"} 2',
      'crossfade_attention{rollout="users",reason="guard"} 2',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.join('\n')).not.toContain('for="not_worse"');
  });

  it('are gone with their rollout, and all come from one look', async () => {
    reader.fleet = { ...quiet, members: [member] };
    await scrape();
    reader.fleet = quiet;
    expect((await scrape()).filter((line) => line.includes('rollout="users"'))).toEqual([]);
    expect(reader.reads).toBe(2);
  });

  it('show the first guards of a policy that has too many, and count the rest', async () => {
    const guards = Array.from({ length: 23 }, (_, at) => ({ ...errors, guard: `g${at}` }));
    const figures = { ...member.figures!, guards };
    reader.fleet = { ...quiet, members: [{ ...member, figures }] };
    const lines = await scrape();
    expect(lines.filter((line) => line.startsWith('crossfade_guard_verdict'))).toHaveLength(20);
    expect(lines).toContain('crossfade_guards_left_out{rollout="users"} 3');
  });

  it('are written one a turn, so that a scrape holds up nobody', async () => {
    reader.fleet = { ...quiet, members: [member] };
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await scrape();
    isOver = true;
    expect(turns).toBeGreaterThan(Object.keys(rolloutGauges).length);
  });

  it('are absent while the state cannot be read, which is said', async () => {
    reader.fleet = null;
    const lines = await scrape();
    expect(lines).toContain('crossfade_state_readable 0');
    expect(lines.filter((line) => /queue|attention|rollout=/.test(line))).toEqual([]);
  });
});

describe('OpenMetrics', () => {
  it('has the rollout of an arrival as exemplar, and leaves the plain text as it was', async () => {
    const before = await scrape();
    metrics.count({
      kind: 'rollbackArrived',
      rollout: 'users-2',
      ms: 700,
      sinceHarmMs: 1_900,
      traceId: 'ab12',
    });
    const open = await scrape(true);
    expect(open.join('\n')).toMatch(
      /harm_to_arrival_seconds_bucket\{le="2"\} 1 # \{rollout="users-2",trace_id="ab12"\} 1.9 /,
    );
    const after = await scrape();
    const names = (lines: readonly string[]): readonly string[] =>
      lines.map((line) => line.replace(/ [^ ]*$/, ''));
    expect(names(after)).toEqual(names(before));
  });
});

describe('periodic work', () => {
  it('is timed by part and system, of which only so many are told apart', async () => {
    for (let at = 0; at < 102; at += 1) {
      metrics.worked({ part: 'targets', lane: `db${at}` }, 20, at === 0);
    }
    const lines = await scrape();
    expect(lines).toContain('crossfade_work_faults_total{part="targets",lane="db0"} 1');
    expect(lines).toContain('crossfade_work_seconds_count{part="targets",lane="other"} 2');
  });
});
