/** What a service really did: requests and failures of equal spans of time, oldest first. */
export interface Recording {
  /** Length of each span. */
  readonly seconds: number;
  readonly requests: readonly number[];
  /** Of those; aligned. */
  readonly failed: readonly number[];
}

/** How a moment differs from the mean of all: factors of the traffic and of the failure rate. */
export interface Beat {
  readonly traffic: number;
  readonly failures: number;
}

/** Equal spans of time, and how busy each of them was. */
export interface Rhythm {
  readonly seconds: number;
  readonly beats: readonly Beat[];
}

/** What a recording says of a service: its mean traffic, and how that goes up and down. */
export interface Recorded {
  readonly requestsPerSecond: number;
  /** Part of the requests that fails. */
  readonly failing: number;
  readonly rhythm: Rhythm;
}

/** A span without requests is taken to fail as often as the mean. Needs at least one request. */
export function recorded({ seconds, requests, failed }: Recording): Recorded {
  const whole = requests.reduce((sum, count) => sum + count, 0);
  const failing = failed.reduce((sum, count) => sum + count, 0) / whole;
  const beats = requests.map((made, index): Beat => {
    const part = made === 0 ? failing : (failed[index] ?? 0) / made;
    return {
      traffic: (made * requests.length) / whole,
      failures: failing === 0 ? 1 : part / failing,
    };
  });
  return {
    requestsPerSecond: whole / (seconds * requests.length),
    failing,
    rhythm: { seconds, beats },
  };
}

const even: Beat = { traffic: 1, failures: 1 };

/** The beat at `at` seconds since the rhythm began; what is longer than it goes through it again. */
export function beatAt(rhythm: Rhythm | null, at: number): Beat {
  if (rhythm === null) return even;
  const { seconds, beats } = rhythm;
  const turn = Math.floor(at / seconds) % beats.length;
  return beats[turn < 0 ? turn + beats.length : turn] ?? even;
}
