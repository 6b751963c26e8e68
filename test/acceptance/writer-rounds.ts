import { writeThrough, type WrittenThrough } from '../support/eight-writers.ts';
import { withTestServer } from './with-test-server.ts';

const rounds = 20;

/** A migration there and back under eight writers, again and again. */
export function writerRounds(tell: (line: string) => void): Promise<readonly WrittenThrough[]> {
  return withTestServer(async () => {
    const all: WrittenThrough[] = [];
    while (all.length < rounds) {
      const round = await writeThrough();
      all.push(round);
      const { written, failures, late } = round;
      tell(
        `writers ${all.length}/${rounds}: ${written} writes, ${failures.length} failed, ${late ?? 'late one served'}`,
      );
    }
    return all;
  });
}

/** What all rounds came to. */
export interface RoundsOfWriters {
  readonly rounds: number;
  readonly written: number;
  readonly failed: number;
  /** Rounds in which the late writer was told by the stub. */
  readonly told: number;
}

export function sumOfRounds(rounds: readonly WrittenThrough[]): RoundsOfWriters {
  return {
    rounds: rounds.length,
    written: rounds.reduce((sum, round) => sum + round.written, 0),
    failed: rounds.reduce((sum, { failures }) => sum + failures.length, 0),
    told: rounds.filter(({ late }) => late?.includes('is gone') === true).length,
  };
}

/** The part of the page that says what writers saw. */
export function writersSection(sum: RoundsOfWriters): readonly string[] {
  return [
    '## Writers',
    '',
    'Expand under eight writers of the old table, four on each view once there are two; contract under',
    'eight on the new view and one that comes late to the old one; restore, and both shapes compared.',
    '',
    `${sum.rounds} rounds, ${sum.written} writes, ${sum.failed} failed; in ${sum.told} rounds the late writer was told by the stub.`,
    '',
  ];
}

/** What was not as it should be, in words. */
export function writerFailures(rounds: readonly WrittenThrough[]): readonly string[] {
  return rounds.flatMap(({ failures, late, wrong }, index) =>
    [
      ...failures,
      ...wrong,
      ...(late?.includes('is gone') === true
        ? []
        : [`a late writer was told: ${late ?? 'nothing'}`]),
    ].map((words) => `writers, round ${index + 1}: ${words}`),
  );
}
