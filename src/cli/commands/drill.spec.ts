import { describe, expect, it } from '@jest/globals';
import { askServer } from '../../../test/support/run-command.ts';
import { look, lines, viewWith } from '../../../test/support/rollout-view.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { DrillView } from '../../core/protocol/rollout-view.ts';
import { rolloutDetail } from '../views/rollout-detail.ts';

const passed: DrillView = {
  unit: 'acme',
  by: 'alice',
  startedAt: 2_000,
  endedAt: 4_000,
  passed: true,
  thereMs: 800,
  backMs: 700,
};
const at = '/api/v1/rollouts/users';

function server(...drills: readonly DrillView[]): ScriptedApi {
  return new ScriptedApi({
    [`GET ${at}`]: [{ body: {} }, ...drills.map((drill) => ({ body: { drill } }))],
    [`POST ${at}/commands`]: [{ status: 202, body: { id: 7 } }],
  });
}

describe('drill', () => {
  it('waits until the unit is back, and says how long each way took', async () => {
    const api = server({ ...passed, endedAt: null, passed: false, backMs: null }, passed);
    const ran = await askServer(api, 'drill users --unit acme --request-id x1');
    expect(ran.status).toBe(0);
    expect(ran.out).toContain('fire drill passed: acme there in 0.8 s, back in 0.7 s\n');
    expect(api.seen.find(({ line }) => line.startsWith('POST'))?.body).toMatchObject({
      verb: 'drill',
      unit: 'acme',
    });
  });

  it('exits as something that is stopped where it failed, and says why', async () => {
    const failed = { ...passed, passed: false, thereMs: null, failed: 'api-1 is silent' };
    const ran = await askServer(server(failed), 'drill users');
    expect(ran.status).toBe(4);
    expect(ran.out).toContain('fire drill FAILED: acme back in 0.7 s; api-1 is silent\n');
  });

  it('stops waiting when it is told to', async () => {
    const ran = await askServer(server({ ...passed, endedAt: null }), 'drill users --timeout 1s');
    expect(ran.status).toBe(5);
  });

  it('is shown where the way back is', () => {
    const [head, ...rows] = lines(rolloutDetail(viewWith({ drill: passed }), look));
    expect(head).toMatch(/reversible: YES, drilled .*, back in 0.7 s$/);
    expect(rows.join('\n')).toMatch(
      /drill +passed .* \(alice\) +acme there in 0.8 s, back in 0.7 s/,
    );
  });
});
