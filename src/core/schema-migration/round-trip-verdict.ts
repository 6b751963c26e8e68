import type { MadeUpValue, RoundTripFault, RoundTripTried } from './round-trip.ts';

/** All that was tried of one pair of columns. */
export interface PairRoundTrip {
  readonly table: string;
  /** The old column, which `up` reads and `down` feeds. */
  readonly fed: string;
  readonly rows: RoundTripTried;
  /** Made-up values that the old column takes. */
  readonly values: readonly { readonly made: MadeUpValue; readonly tried: RoundTripTried }[];
}

/**
 * What a round trip comes to. `lossy` says why nothing may begin, or is null; `note` says what was
 * tried, and what will have to be kept in quarantine.
 */
export interface RoundTripVerdict {
  readonly lossy: string | null;
  readonly note: string;
}

/**
 * A pair is lossy when a row, or a value that applications write as a matter of course, does not
 * come back, or when nothing does. A value that `up` refuses is no loss: it stays what it is, in
 * quarantine. So does an odd one that no row holds, should it ever be written.
 */
export function roundTripVerdict(pairs: readonly PairRoundTrip[]): RoundTripVerdict {
  const lossy = pairs.map(lossOf).find((words) => words !== null) ?? null;
  return {
    lossy:
      lossy === null
        ? null
        : `round trip: ${lossy}. down(up(x)) must give x: mend the rows, or let down give the value ` +
          'back, or let up refuse it, which keeps it in quarantine. Nothing has been created',
    note: `round trip: ${pairs.map(noteOf).join('; ')}`,
  };
}

function lossOf(pair: PairRoundTrip): string | null {
  return lossyRow(pair) ?? lossyValue(pair) ?? lossyThroughout(pair);
}

function lossyRow({ table, fed, rows }: PairRoundTrip): string | null {
  const [first] = rows.faults;
  if (rows.losses === 0 || first === undefined) return null;
  const key = (first.key ?? []).join(', ');
  const [held, back] = [redacted(first.value), redacted(first.back)];
  const got = held === back ? 'another value of that form' : back;
  return (
    `${table}(${key}) holds ${held} in ${fed} and would get back ${got} (digits shown as 9, ` +
    `letters as a); ${counted(rows.losses)} of ${rows.tried} tried`
  );
}

function lossyValue({ table, fed, values }: PairRoundTrip): string | null {
  const found = values.find(({ made, tried }) => made.usual && tried.losses > 0);
  if (found === undefined) return null;
  return `${found.made.name} in ${table}.${fed} would come back as ${backOf(found.tried.faults)}`;
}

/** An empty table says nothing; but where each value that converts comes back changed, so will all. */
function lossyThroughout({ table, fed, rows, values }: PairRoundTrip): string | null {
  const filled = values.filter(({ made }) => made.value !== null).map(({ tried }) => tried);
  const kept = [rows, ...filled].some(({ tried, errors, losses }) => tried > errors + losses);
  const first = values.find(({ tried }) => tried.losses > 0);
  if (kept || first === undefined) return null;
  return (
    `no value tried in ${table}.${fed} comes back, for example ${first.made.name} ` +
    `as ${backOf(first.tried.faults)}`
  );
}

function noteOf({ table, fed, rows, values }: PairRoundTrip): string {
  const odd = values.filter(({ tried }) => tried.losses > 0).map(({ made }) => made.name);
  return [
    `${counted(rows.tried)} and ${values.length} made-up values of ${table}.${fed} tried`,
    ...(rows.errors === 0 ? [] : [`${counted(rows.errors)} cannot be converted`]),
    ...(odd.length === 0 ? [] : [`would not come back: ${odd.join(', ')}`]),
  ].join(', ');
}

const counted = (rows: number): string => (rows === 1 ? '1 row' : `${rows} rows`);

/** Made-up values are no secret, nor is what becomes of them. */
function backOf(faults: readonly RoundTripFault[]): string {
  const back = faults[0]?.back ?? null;
  return back === null ? 'NULL' : `'${back}'`;
}

const LONGEST = 24;

/** The form of a value without the value: what a person needs to find the class, and no more. */
function redacted(value: string | null): string {
  if (value === null) return 'NULL';
  const form = value
    .replaceAll(/\p{Lu}/gu, 'A')
    .replaceAll(/(?!A)\p{L}/gu, 'a')
    .replaceAll(/\p{N}/gu, '9');
  return form.length > LONGEST ? `'${form.slice(0, LONGEST)}…'` : `'${form}'`;
}
