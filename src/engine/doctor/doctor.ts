import { CrossfadeError } from '../../core/errors.ts';
import { faulty } from '../../core/doctor/doctor-row.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import type { Examination, Subjects } from './examination.ts';

/**
 * Looks at everything that Crossfade stands on, all of it at once. What fails, or does not come to an end
 * in time, is a finding and holds up nobody else's.
 */
export class Doctor {
  readonly #examinations: readonly Examination[];
  readonly #limitMs: number;

  /** @param limitMs longest time for one examination */
  constructor(examinations: readonly Examination[], limitMs: number) {
    this.#examinations = examinations;
    this.#limitMs = limitMs;
  }

  /** In the order of the examinations. */
  async examine(subjects: Subjects): Promise<readonly DoctorRow[]> {
    const looks = this.#examinations.map((one) => this.#look(one, subjects));
    return (await Promise.all(looks)).flat();
  }

  async #look(examination: Examination, subjects: Subjects): Promise<readonly DoctorRow[]> {
    const { part } = examination;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<readonly DoctorRow[]>((resolve) => {
      const message = `nothing was found out within ${this.#limitMs} ms`;
      const remedy = 'Look whether it hangs, or whether the network drops what is sent to it.';
      timer = setTimeout(() => resolve([faulty(part, '', message, remedy)]), this.#limitMs);
    });
    try {
      return await Promise.race([examination.look(subjects), late]);
    } catch (error) {
      return [failed(part, '', error)];
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What a failure means for a part. An error that nobody foresaw is told by its words alone. */
export function failed(part: DoctorRow['part'], subject: string, error: unknown): DoctorRow {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof CrossfadeError ? error.code : 'internal';
  return faulty(part, subject, message, remedies[code] ?? remedies.internal);
}

const remedies: Readonly<Partial<Record<CrossfadeError['code'], string>>> & { internal: string } = {
  internal: 'The log of the server says more.',
  notFound: 'Apply the document: crossfade apply -f FILE',
  unavailable: 'See that it runs, and that the server may reach it.',
  forbidden: 'Give the identity these rights, or the server a token of another.',
  unauthenticated: 'Give the server a token that is good there.',
};
