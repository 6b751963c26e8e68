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

/**
 * The mean beat of `seconds` up to `end` since the rhythm began, with failures weighed by the requests that
 * they are a part of. What is longer than the rhythm goes through it again.
 */
export function beatUntil(rhythm: Rhythm | null, end: number, seconds: number): Beat {
  if (rhythm === null) return even;
  let [requests, failed] = [0, 0];
  const from = end - seconds;
  for (let span = Math.floor(from / rhythm.seconds); span * rhythm.seconds < end; span += 1) {
    const begins = Math.max(from, span * rhythm.seconds);
    const part = (Math.min(end, (span + 1) * rhythm.seconds) - begins) / seconds;
    const { traffic, failures } = beatOf(rhythm, span);
    requests += part * traffic;
    failed += part * traffic * failures;
  }
  return { traffic: requests, failures: requests === 0 ? 1 : failed / requests };
}

function beatOf({ beats }: Rhythm, span: number): Beat {
  const turn = span % beats.length;
  return beats[turn < 0 ? turn + beats.length : turn] ?? even;
}
