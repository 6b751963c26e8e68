import pg from 'pg';
import type { RolloutStage } from './rollout-stage.ts';
import { until } from './until.ts';

/** What stands in the state database of a rebase that was asked for. */
interface RebaseState {
  /** What its command was answered; null while no tick has. */
  readonly accepted: boolean | null;
  /** Decisions that it has led to. */
  readonly decisions: number;
  /** Whether the rollout goes by the newer revision. */
  readonly moved: boolean;
}

/** A rebase whose server dies after it has taken the command, and before a tick has looked at it. */
export interface RebaseEnd {
  readonly atDeath: RebaseState;
  /** When the next server has carried it out, and was asked for it once more. */
  readonly atLast: RebaseState;
}

/** The rollout is asked to go by a revision of its policy that soaks longer. */
export async function killedRebase(stage: RolloutStage): Promise<RebaseEnd> {
  const { policyRevision: before } = await stage.until(() => true);
  await stage.revise((policy) => policy.replace('soak: { for: 1s }', 'soak: { for: 2s }'));
  const state = new pg.Client({ connectionString: stage.stateUrl });
  await state.connect();
  const look = async (): Promise<RebaseState> => {
    const { rows } = await state.query<RebaseState>(selectRebase, [before]);
    return rows[0] ?? { accepted: null, decisions: 0, moved: false };
  };
  try {
    // Ticks pass by what somebody else has locked, and commands are written down all the same.
    await state.query('BEGIN; SELECT FROM crossfade_state.rollout FOR NO KEY UPDATE');
    const asked = stage.rebase('rebase').catch(() => undefined);
    await until(async () => (await state.query(selectCommand)).rows.length > 0);
    let atDeath: RebaseState | null = null;
    await stage.diesNow(async () => {
      atDeath = await look();
      await state.query('COMMIT');
    });
    await asked;
    await stage.until(({ policyRevision }) => policyRevision !== before);
    await stage.rebase('rebase');
    return { atDeath: atDeath ?? (await look()), atLast: await look() };
  } finally {
    await state.end();
  }
}

const selectCommand = `SELECT FROM crossfade_state.command WHERE verb = 'rebase'`;

const selectRebase = `SELECT c.accepted, r.policy_revision <> $1 AS moved,
    (SELECT count(*)::int FROM crossfade_state.decision WHERE body->>'action' = 'rebase') AS decisions
  FROM crossfade_state.command c JOIN crossfade_state.rollout r ON r.id = c.rollout_id
  WHERE c.verb = 'rebase'`;
