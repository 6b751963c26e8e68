import type { EntityManager } from 'typeorm';
import type { CommandAnswer } from '../../core/rollout/command-moves.ts';
import type { Decision } from '../../core/rollout/decision.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { effectKey, effectLane } from '../../core/rollout/effect.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import type { Claim, Committed, TickResult } from '../../engine/ports/rollout-store.ts';
import { putPolicy, takeOver } from './start-rollout.ts';
import type { TickTrace } from '../../engine/ports/tick-log.ts';

/** An effect that was performed is asked for again only after its system had time to show it. */
const repeatAfterMs = 2_000;

/** Everything that a tick changes, under its fence. Null when the claim has become void. */
export async function commitTick(
  manager: EntityManager,
  claim: Claim,
  result: TickResult,
): Promise<Committed | null> {
  const { rollout } = result;
  const [, written]: [unknown, number] = await manager.query(updateRollout, [
    rollout.id,
    claim.fence,
    rollout.phase,
    isTerminal(rollout.phase),
    rollout,
    result.dueAt,
    result.figures,
  ]);
  if (written === 0) return null;
  if (result.onto !== undefined) await moveOnto(manager, claim, result.onto);
  if (leavesQueue(claim, result)) await takeOver(manager, rollout.policy);
  if (result.trace !== null) await keepTrace(manager, claim, result.judge, result.trace);
  if (result.judgedEvidence.length > 0) await manager.query(markJudged, [result.judgedEvidence]);
  const decision =
    result.decision === null ? null : await insertDecision(manager, claim, result.decision);
  await putEffects(manager, claim, result);
  await answerCommands(manager, claim, result.answers);
  return { decision };
}

/** From the next claim on it goes by that revision. What came before names its own (see `Checkpoint`). */
async function moveOnto(manager: EntityManager, claim: Claim, onto: Policy): Promise<void> {
  const { id, policy } = claim.rollout;
  await manager.query(putPolicy, [policy, onto.revision, onto, claim.now]);
  await manager.query(
    'UPDATE crossfade_state.rollout SET policy_revision = $3 WHERE id = $1 AND fence = $2',
    [id, claim.fence, onto.revision],
  );
}

/** What waited for others took nothing over from attempts before it until now. */
function leavesQueue({ rollout: before }: Claim, { rollout }: TickResult): boolean {
  return before.phase === 'pending' && rollout.phase === 'running' && rollout.queued !== undefined;
}

/** What the judge remembers now, and what it learned it from. */
async function keepTrace(
  manager: EntityManager,
  { rollout, fence, now }: Claim,
  judge: unknown,
  { input, seen, checkpoint }: TickTrace,
): Promise<void> {
  await manager.query(putJudge, [rollout.id, JSON.stringify(judge)]);
  await manager.query(insertTick, [
    rollout.id,
    fence,
    now,
    JSON.stringify(input),
    checkpoint === null ? null : JSON.stringify(checkpoint),
    checkpoint === null ? JSON.stringify(seen) : null,
  ]);
}

async function insertDecision(
  manager: EntityManager,
  claim: Claim,
  decision: Decision,
): Promise<number> {
  const [row]: { seq: string }[] = await manager.query(
    `INSERT INTO crossfade_state.decision (rollout_id, fence, at, body) VALUES ($1, $2, $3, $4)
     RETURNING seq`,
    [claim.rollout.id, claim.fence, decision.at, decision],
  );
  return Number(row?.seq);
}

async function putEffects(
  manager: EntityManager,
  claim: Claim,
  { effects, traceparent }: TickResult,
): Promise<void> {
  const id = claim.rollout.id;
  const { project, target, flag } = claim.policy;
  const at = { project, target, flagProvider: flag.provider };
  // Also what a worker took and, having crashed, would leave for another to perform late.
  await manager.query(dropUnwanted, [id, effects.map(effectKey)]);
  for (const effect of effects) {
    const [key, lane] = [effectKey(effect), effectLane(effect, at)];
    const values = [id, key, lane, effect, claim.fence, repeatAfterMs, traceparent];
    await manager.query(putEffect, values);
  }
}

async function answerCommands(
  manager: EntityManager,
  claim: Claim,
  answers: readonly CommandAnswer[],
): Promise<void> {
  for (const answer of answers) {
    await manager.query(
      `UPDATE crossfade_state.command
       SET answered_at = crossfade_state.now(), accepted = $2, answer = $3 WHERE id = $1`,
      [answer.command, answer.accepted, answer.reason],
    );
    await manager.query(
      `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
       SELECT crossfade_state.now(), requested_by, 'answer', $2,
              jsonb_build_object('command', id, 'verb', verb, 'accepted', accepted, 'reason', answer)
       FROM crossfade_state.command WHERE id = $1`,
      [answer.command, claim.rollout.policy],
    );
  }
}

const updateRollout = `UPDATE crossfade_state.rollout
  SET phase = $3, ended = $4, state = $5, due_at = $6::bigint,
    figures = coalesce($7::json, figures), lease_until = 0, lease_owner = NULL
  WHERE id = $1 AND fence = $2`;

const putJudge = `INSERT INTO crossfade_state.judge (rollout_id, state) VALUES ($1, $2)
  ON CONFLICT (rollout_id) DO UPDATE SET state = excluded.state`;

const insertTick = `INSERT INTO crossfade_state.tick
    (rollout_id, fence, at, input, checkpoint, seen, follows)
  VALUES ($1, $2, $3, $4, $5, $6,
    (SELECT max(fence) FROM crossfade_state.tick WHERE rollout_id = $1))`;

const markJudged = `UPDATE crossfade_state.evidence SET judged = true WHERE id = ANY($1)`;

/** What people are told of (see `isLasting`) has happened, and is told whatever comes after it. */
const dropUnwanted = `DELETE FROM crossfade_state.effect
  WHERE rollout_id = $1 AND state <> 'done' AND key <> ALL($2) AND body->>'kind' <> 'notify'`;

/** A new message hurries those of its rollout to the same recipient that wait to be sent again. */
const putEffect = `WITH put AS (
    INSERT INTO crossfade_state.effect AS e (rollout_id, key, lane, body, fence, due_at, traceparent)
    VALUES ($1, $2, $3, $4, $5, crossfade_state.now(), $7)
    ON CONFLICT (rollout_id, key) DO UPDATE
    SET state = 'pending', body = excluded.body, fence = excluded.fence, due_at = excluded.due_at,
        attempts = 0, done_at = NULL, traceparent = excluded.traceparent
    WHERE e.state = 'done' AND e.done_at < crossfade_state.now() - $6::bigint
      AND e.body->>'kind' <> 'notify'
    RETURNING body->>'kind' AS kind, due_at
  )
  UPDATE crossfade_state.effect w SET due_at = put.due_at FROM put
  WHERE put.kind = 'notify' AND w.rollout_id = $1 AND w.lane = $3 AND w.body->>'kind' = 'notify'
    AND w.state = 'pending' AND w.due_at > put.due_at`;
