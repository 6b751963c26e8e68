import { burstOf, defaultLimits } from '../../../src/core/limits/limits.ts';
import { commandsInAMinute, type GuardedServer } from '../guarded-server.ts';
import { type Attack, type Outcome, send, sendAs } from './attack.ts';

const json = { 'content-type': 'application/json' };

/** More calls than come again while they are made, on a busy machine too; the gravest answer. */
async function flood(perMinute: number, call: () => Promise<Outcome>): Promise<Outcome> {
  const calls = Array.from({ length: burstOf(perMinute) * 3 }, call);
  const [gravest] = (await Promise.all(calls)).toSorted((a, b) => b.status - a.status);
  if (gravest?.status === 429 && Number(gravest.headers['retry-after']) >= 1) return gravest;
  throw new Error(`answered ${gravest?.status}, and not when to come again`);
}

/** Uses up what a token may command at once. */
export function floodOfCommands(server: GuardedServer, who: string): Promise<Outcome> {
  const start = { policy: 'users-birthdate' };
  return flood(commandsInAMinute, () => sendAs(server, who, 'POST', '/api/v1/rollouts', start));
}

/** Whoever asks over and over. */
export const attacksWithoutEnd: readonly Attack[] = [
  {
    attack: 'a sign-in with one guessed token after another',
    refusedBy: 'wrong ones are counted by address and by account, and answered later',
    answers: [429],
    attempt: (server) => {
      const token = server.secret('admin in *').replace(/[0-9a-f]{64}$/, '0'.repeat(64));
      const guess = { method: 'POST', headers: json, body: JSON.stringify({ token }) };
      return flood(defaultLimits.signIn ?? 0, () => send(server, '/ui/session', guess));
    },
  },
  {
    attack: 'rollouts that are started without end',
    refusedBy: 'calls are counted by token, for all servers together',
    answers: [429],
    attempt: (server) => floodOfCommands(server, 'operator in *'),
  },
];
