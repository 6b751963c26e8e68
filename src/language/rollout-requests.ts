import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import type { RouteEdit } from '../core/flags/edit-route.ts';
import { type CommandDetail, type Verb, verbs } from '../core/rollout/observations.ts';
import { parseBody } from './text-files.ts';
import { type Caller, person, saidBy } from './scalars/person.ts';

const name = z.string().min(1).max(200);

const requestId = z.exactOptional(z.string().min(1).max(200));

/** Whether it waits for what stands in its way; else as its policy says. */
const queue = z.exactOptional(z.boolean());

const startRequest = z.strictObject({ policy: name, requestId, queue });

const retryRequest = z.strictObject({ requestId, queue });

/** Of the policy's document, as `apply` names it; the one that is applied when left out. */
const revision = z.exactOptional(
  z.string().regex(/^[0-9a-f]{12}$/, 'expected 12 hexadecimal digits, as `apply` names a revision'),
);

const rebaseQuery = z.strictObject({ revision });

const rebaseRequest = z.strictObject({
  revision,
  /** That less may stand between harm and the units than before. */
  confirm: z.exactOptional(z.boolean()),
  /** The revision that the rollout ran by when this was thought of. */
  from: z.exactOptional(name),
  reason: z.string().max(1_000).optional(),
  requestId,
  by: person.optional(),
});

/** So long a guard may be set aside at once. Milliseconds. */
const longestOverrideMs = 24 * 3_600_000;

/** A rebase carries a revision, which the server finds: it has a route of its own. */
const sentAlone = verbs.filter((verb) => verb !== 'rebase');

const commandRequest = z.strictObject({
  verb: z.enum(sentAlone),
  reason: z.string().max(1_000).optional(),
  /** `complete` must repeat the rollout's name. */
  confirm: name.optional(),
  requestId,
  /** `override`: which guard, and for how long. */
  guard: z.exactOptional(name),
  forMs: z.exactOptional(z.int().min(1_000).max(longestOverrideMs)),
  /** `dismiss`: the id of an alert. */
  alert: z.exactOptional(z.string().regex(/^[0-9a-f]{12}$/, 'expected the id of an alert')),
  /** `drill`: who is moved. */
  unit: z.exactOptional(z.string().min(1).max(200)),
  /** Who asks, as people will read it; the token stands behind it. */
  by: person.optional(),
});

const toggleRequest = z.strictObject({ enabled: z.boolean(), by: person.optional() });

const units = z.array(z.string().min(1).max(200)).max(1_000).optional();

const editRequest = z
  .strictObject({
    enabled: z.boolean().optional(),
    share: z.int().min(0).max(100).optional(),
    pin: units,
    unpin: units,
    by: person.optional(),
  })
  .refine(
    ({ by: _by, ...edit }) => Object.keys(edit).length > 0,
    'say what to change: enabled, share (a whole percentage), pin or unpin (lists of units)',
  );

/** What a person asks of a rollout. */
interface AskedCommand extends CommandDetail {
  readonly verb: Verb;
  readonly by: string;
  readonly reason: string | null;
  readonly requestId: string | null;
}

/** The body of `POST /rollouts`. Throws `invalidInput`. */
export function parseStart(body: unknown): z.infer<typeof startRequest> {
  return parseBody(startRequest, body);
}

/** The body of `POST /rollouts/:name/retry`. Throws `invalidInput`. */
export function parseRetry(body: unknown): z.infer<typeof retryRequest> {
  return parseBody(retryRequest, body ?? {});
}

/** The query of `GET /rollouts/:name/rebase`. Throws `invalidInput`. */
export function parseRebaseQuery(query: unknown): z.infer<typeof rebaseQuery> {
  return parseBody(rebaseQuery, query);
}

/** The body of `POST /rollouts/:name/rebase`. Throws `invalidInput`. */
export function parseRebase(body: unknown, caller: Caller) {
  const { by, reason, requestId, ...asked } = parseBody(rebaseRequest, body ?? {});
  return {
    ...asked,
    by: saidBy(by, caller),
    reason: reason ?? null,
    requestId: requestId ?? null,
  };
}

/** The body of `POST /rollouts/:name/commands`. Throws `invalidInput`. */
export function parseCommand(body: unknown, rollout: string, caller: Caller): AskedCommand {
  const { verb, reason, confirm, requestId, by, ...detail } = parseBody(commandRequest, body);
  const flaw =
    verb === 'complete' ? unconfirmed(confirm, rollout) : misplaced(verb, reason, detail);
  if (flaw !== null) throw new CrossfadeError('invalidInput', flaw);
  return {
    verb,
    by: saidBy(by, caller),
    reason: reason ?? null,
    requestId: requestId ?? null,
    ...detail,
  };
}

function unconfirmed(confirm: string | undefined, rollout: string): string | null {
  if (confirm === rollout) return null;
  return `complete takes the old shape away; confirm it by the name: confirm: "${rollout}"`;
}

interface Details {
  readonly keys: readonly (keyof CommandDetail)[];
  /** What is missing where not all of them are there, and a reason; absent where they may be left out. */
  readonly needed?: string;
}

/** Verbs that say more than their name, and what. */
const detailed: Partial<Record<Verb, Details>> = {
  override: {
    keys: ['guard', 'forMs'],
    needed: 'an override names guard, forMs (up to a day) and a reason for others',
  },
  dismiss: {
    keys: ['alert'],
    needed: 'a dismissal names the id of an alert and a reason for others',
  },
  drill: { keys: ['unit'] },
};

/** What a command with details lacks, or what it says that belongs to another verb. */
function misplaced(verb: Verb, reason: string | undefined, detail: CommandDetail): string | null {
  const { keys, needed } = detailed[verb] ?? { keys: [] };
  const strange = Object.keys(detail).find((key) => !keys.some((own) => own === key));
  if (strange !== undefined) return `${strange} does not belong to ${verb}`;
  if (needed === undefined) return null;
  const isWhole = keys.every((key) => key in detail) && (reason ?? '').trim() !== '';
  return isWhole ? null : needed;
}

/** The body of `POST /flags/:name/toggle`. Throws `invalidInput`. */
export function parseToggle(body: unknown, caller: Caller): { enabled: boolean; by: string } {
  const { enabled, by } = parseBody(toggleRequest, body);
  return { enabled, by: saidBy(by, caller) };
}

/** The body of `PATCH /flags/:name`. Throws `invalidInput`. */
export function parseFlagEdit(body: unknown, caller: Caller): { edit: RouteEdit; by: string } {
  const { by, ...edit } = parseBody(editRequest, body);
  return { edit, by: saidBy(by, caller) };
}
