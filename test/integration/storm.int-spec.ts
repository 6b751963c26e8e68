import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresRivalReader } from '../../src/adapters/postgres/postgres-rival-reader.ts';
import { NoFaults } from '../../src/adapters/system/kill-points.ts';
import type { Alert } from '../../src/core/alerts/alert.ts';
import type { Guard } from '../../src/core/policy/guard.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { stormLimits } from '../../src/core/storm/storm-view.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { policyNamed } from '../support/policy-named.ts';
import { Silence } from '../support/silence.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

let state: StateDatabase;
let observations: PostgresObservationStore;
let rivals: PostgresRivalReader;

beforeAll(async () => {
  state = await createStateDatabase();
  observations = new PostgresObservationStore(state.source);
  rivals = new PostgresRivalReader(state.source);
});

afterAll(() => state?.close());

const slo = (provider: string): Guard => ({
  name: 'slo',
  threshold: 'metric',
  provider,
  expr: 'up',
  min: 1,
  max: null,
  intervalMs: 15_000,
  windowMs: 15_000,
  failAfter: { failures: 1, of: 1 },
});

/** A rollout with a quarter of the units on the new side, which heeds the alerts of its service. */
async function exposed(name: string, service: string, provider = 'main'): Promise<void> {
  const policy = policyNamed(name, {
    alerts: [{ match: { service }, do: 'rollback' }],
    guards: [slo(provider)],
  });
  const fresh = createRollout(policy, `${name}-1`, 1, 1_000);
  const index = policy.steps.findIndex(({ kind }) => kind === 'share');
  const rollout: Rollout = {
    ...fresh,
    phase: 'running',
    step: { ...fresh.step, index },
    firstExposureAt: Date.now() - 60_000,
  };
  await state.rollouts.create(rollout, policy);
}

async function tick(): Promise<void> {
  await state.source.query('UPDATE crossfade_state.rollout SET due_at = 0 WHERE NOT ended');
  const worker = { name: 'one', leaseMs: 10_000, storm: { rivals, limits: stormLimits } };
  await new Reconciler(state.rollouts, observations, new NoFaults(), new Silence(), worker).tick();
}

async function standing(...names: string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => state.rollouts.named(name)));
  return found.map(({ rollout }) => `${rollout.phase} ${rollout.hold?.code ?? ''}`.trim());
}

function alert(labels: Record<string, string>, status: Alert['status'] = 'firing'): Alert {
  const at = Date.now();
  return {
    source: 'alertmanager',
    fingerprint: JSON.stringify(labels),
    status,
    labels: { alertname: 'SLO', ...labels },
    summary: '',
    link: null,
    startsAt: at - 1_000,
    endsAt: status === 'firing' ? null : at,
    isPartial: false,
  };
}

describe('rollouts that one alert would send back', () => {
  it('are held when there are three, and each goes on once it no longer fires', async () => {
    for (const name of ['a', 'b', 'c']) await exposed(name, 'users');
    const one = alert({ service: 'users' });
    await observations.alerts.take([one]);
    await tick();
    expect(await standing('a', 'b', 'c')).toEqual(Array(3).fill('running storm'));
    const { rollout } = await state.rollouts.named('a');
    expect(rollout.hold?.reason).toContain(
      'the alerts of alertmanager alone (besides this one b, c)',
    );
    await observations.alerts.take([{ ...one, status: 'resolved', endsAt: Date.now() }]);
    await tick();
    expect((await standing('a', 'b', 'c')).every((words) => words !== 'running storm')).toBe(true);
    expect((await state.rollouts.named('a')).rollout).not.toHaveProperty('wish');
  });

  it('go back at once when there are two, or when it names one of them alone', async () => {
    for (const name of ['d', 'e']) await exposed(name, 'billing');
    await observations.alerts.take([alert({ service: 'billing' })]);
    await tick();
    expect(await standing('d', 'e')).toEqual(Array(2).fill('rolling_back'));
    for (const name of ['f', 'g', 'h']) await exposed(name, 'search');
    await observations.alerts.take([alert({ service: 'search', rollout: 'f' })]);
    await tick();
    expect((await standing('f'))[0]).toBe('rolling_back');
  });

  it('are remembered for the window by what they wanted, also when they have gone back', async () => {
    const since = Date.now() - 60_000;
    const wishing = await rivals.wishing('d-1', ['alerts:alertmanager'], since);
    expect(wishing).toContainEqual({
      rollout: 'e-1',
      policy: 'e',
      project: 'identity',
      providers: ['alerts:alertmanager'],
    });
    expect(await rivals.wishing('d-1', ['alerts:grafana'], since)).toEqual([]);
    expect(await rivals.wishing('d-1', ['alerts:alertmanager'], Date.now() + 1_000)).toEqual([]);
  });

  it('are held from the third on where each has an alert of its own: the first waits for nobody', async () => {
    const names = ['i', 'j', 'k', 'l'];
    for (const name of names) await exposed(name, name);
    for (const name of names) {
      await observations.alerts.take([{ ...alert({ service: name }), source: 'pagerduty' }]);
      await tick();
    }
    const back = ['rolling_back', 'rolling_back'];
    expect(await standing(...names)).toEqual([...back, 'running storm', 'running storm']);
  });
});

describe('rollouts that hear a provider', () => {
  it('are those with a guard on it and units on the new side; alerts everybody may hear', async () => {
    await exposed('own', 'own', 'other');
    const names = async (provider: string) =>
      (await rivals.exposed('a-1', [provider])).map(({ policy }) => policy);
    expect(await names('metrics:identity/other')).toEqual(['own']);
    expect(await names('metrics:shop/other')).toEqual([]);
    expect(await names('alerts:grafana')).toEqual(expect.arrayContaining(['b', 'c', 'own']));
    expect(await names('alerts:grafana')).not.toContain('a');
  });
});
