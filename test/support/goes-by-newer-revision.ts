import { expect } from '@jest/globals';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { answered } from './answered.ts';
import { watchedPolicy } from './watched-policy.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the server as an admin: by POST where there is a body. */
type Call = (path: string, body?: object) => Promise<Answer>;

interface Refusal {
  readonly detail: string;
  readonly faults?: readonly {
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
}

/** The paused rollout takes over what is still to come, stays paused, and says at which place it may not. */
export async function goesByNewerRevision(name: string, call: Call): Promise<void> {
  const text = await watchedPolicy();
  const apply = (from: string, to: string): Promise<Answer> =>
    call('/api/v1/apply', { files: [{ name: 'p.yaml', text: text.replace(from, to) }] });
  const rebase = (body: object = {}): Promise<Answer> =>
    call(`/api/v1/rollouts/${name}/rebase`, body);
  const view = async () => (await call(`/api/v1/rollouts/${name}`)).body as RolloutView;
  const { policyRevision: before } = await view();

  const applied = await apply('warmup: 1s', 'warmup: 2s');
  expect(applied.body).toMatchObject({ living: [{ rollout: `${name}-1`, revision: before }] });
  expect((await view()).appliedAt).toBeGreaterThan(0);
  const refused = await answered(() => rebase({ confirm: true }));
  expect(refused.status).toBe(409);
  const [fault] = (refused.body as Refusal).faults ?? [];
  expect(fault?.message).toContain('evidence.warmup 2s instead of 1s');
  const { documents } = (await call('/api/v1/documents')).body as {
    documents: { kind: string; text: string }[];
  };
  const policy = documents.find(({ kind }) => kind === 'RolloutPolicy')?.text ?? '';
  const line = policy.split('\n')[(fault?.line ?? 0) - 1] ?? '';
  expect(line.slice((fault?.column ?? 0) - 1)).toMatch(/^warmup: 2s/);

  await apply('soak: { for: 1s }', 'soak: { for: 2s }');
  const request = { requestId: 'rebase-once', by: 'carol' };
  expect(await rebase(request)).toMatchObject({
    status: 200,
    body: { from: before, changes: ['soak: for 2s instead of 1s'], loosened: [] },
  });
  const again = await answered(() => rebase(request));
  expect(again).toMatchObject({ status: 200, body: { answered: true } });
  expect((await rebase()).body).toMatchObject({ reason: expect.stringContaining('already') });
  const { policyRevision, ...after } = await view();
  expect(policyRevision).not.toBe(before);
  expect(after).not.toHaveProperty('appliedAt');
  expect(after).toMatchObject({ phase: 'paused', rebased: { from: before }, exposure: { set: 0 } });

  await apply('', '');
  const looser = { loosened: ['soak: for 1s instead of 2s'] };
  expect((await call(`/api/v1/rollouts/${name}/rebase`)).body).toMatchObject(looser);
  const unconfirmed = (await answered(rebase)).body as Refusal;
  expect(unconfirmed.detail).toContain('is to be confirmed: soak: for 1s instead of 2s');
}
