import { bind } from 'jest-each';

/** One `it` of a spec. */
export interface Spec {
  /** File and full name, unique. */
  readonly id: string;
  readonly run: () => unknown;
}

type Body = () => unknown;

/** What the specs that are being loaded have said so far. */
const found: Spec[] = [];
let names: string[] = [];

/** The specs of a file, by the names of its `describe` and `it`, collected while `load` imports it. */
export async function specsOf(
  file: string,
  load: () => Promise<unknown>,
): Promise<readonly Spec[]> {
  found.length = 0;
  names = [file];
  await load();
  const seen = new Map<string, number>();
  return found.map(({ id, run }) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return { id: count === 1 ? id : `${id} #${count}`, run };
  });
}

function declareGroup(name: string, body: Body): void {
  names.push(name);
  body();
  names.pop();
}

function declareSpec(name: string, run: Body): void {
  found.push({ id: [...names, name].join(' › '), run });
}

/** What a spec imports from jest, as far as pure specs use it. */
export const describe = Object.assign(declareGroup, { each: bind(declareGroup as never) });
export const it = Object.assign(declareSpec, { each: bind(declareSpec as never) });
