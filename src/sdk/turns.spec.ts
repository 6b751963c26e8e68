import { describe, expect, it } from '@jest/globals';
import { ManualTiming } from '../../test/support/manual-timing.ts';
import { routeOf } from '../../test/support/route-of.ts';
import type { Route } from '../core/protocol/route.ts';
import { Contact } from './contact.ts';
import { Decisions } from './decisions.ts';
import { FreezeWatch } from './freeze-watch.ts';
import { InFlight } from './in-flight.ts';
import { RouteStore } from './route-store.ts';
import { Turns } from './turns.ts';
import type { Turn } from './turns.ts';
import { Warnings } from './warnings.ts';

const name = 'users-birthdate';
const live = { share: 100 } as const;
const off = { baseStage: 'off', canaryStage: 'off' } as const;

function given(...first: readonly Partial<Route>[]) {
  const timing = new ManualTiming();
  const routes = new RouteStore(new Warnings(() => {}), () => {});
  routes.declare(name);
  const contact = new Contact(timing, 1_000);
  contact.answered(timing.monotonicMs());
  const freeze = new FreezeWatch(timing, 2_000, () => {});
  const inFlight = new InFlight(() => {});
  const confirm = async (): Promise<boolean> => false;
  const sources = { timing, routes, contact, freeze, rows: null, confirm };
  const turns = new Turns(new Decisions(sources, 60_000), freeze, inFlight);
  const apply = (changes: Partial<Route>): void => routes.apply([routeOf(changes)]);
  for (const changes of first) apply(changes);
  const draining = (): number => inFlight.draining(name, routes.revisionOf(name));
  return { turns, apply, draining };
}

function taken(turns: Turns): Turn {
  const turn = turns.take(name);
  if (turn instanceof Promise) throw new Error('the decision should be at hand');
  return turn;
}

describe('Turns', () => {
  it('decides once for a whole scope, although the route changes meanwhile', async () => {
    const { turns, apply } = given({ revision: 1, ...live });
    const sides = await turns.withUnit('t1', async () => {
      const before = taken(turns).decision.side;
      apply({ revision: 2, ...off });
      await Promise.resolve();
      return [before, taken(turns).decision.side];
    });
    expect(sides).toEqual(['new', 'new']);
    expect(turns.withUnit('t1', () => taken(turns).decision.side)).toBe('old');
  });

  it('decides each time outside of a scope, without a unit', () => {
    const { turns, apply } = given({ revision: 1, ...live, withoutUnit: 'new' });
    expect(taken(turns)).toMatchObject({ unit: undefined, decision: { side: 'new' } });
    apply({ revision: 2, ...off });
    expect(taken(turns).decision.side).toBe('old');
  });

  it('shares the decision with an inner scope of the same unit, not with one of another', () => {
    const { turns, apply } = given({ revision: 1, ...live });
    const revisions = turns.withUnit('t1', () => {
      const first = taken(turns).decision.revision;
      apply({ revision: 2, ...live });
      const same = turns.withUnit('t1', () => taken(turns).decision.revision);
      const other = turns.withUnit('t2', () => taken(turns).decision.revision);
      return [first, same, other];
    });
    expect(revisions).toEqual([1, 1, 2]);
  });

  it('counts an open scope as draining until it ends, even between its operations', async () => {
    const { turns, apply, draining } = given({ revision: 1, ...live });
    let end = (): void => {};
    const scope = turns.withUnit('t1', async () => {
      taken(turns).leave();
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    apply({ revision: 2, ...off });
    expect(draining()).toBe(1);
    end();
    await scope;
    expect(draining()).toBe(0);
  });

  it('counts work that outlives its scope until it ends, and decides anew for later work', async () => {
    const { turns, apply, draining } = given({ revision: 1, ...live });
    let later = (): Turn => {
      throw new Error('not begun');
    };
    const running = await turns.withUnit('t1', async () => {
      const context = new Promise<() => void>((resolve) => {
        setImmediate(() => {
          later = () => taken(turns);
          resolve(() => {});
        });
      });
      const turn = taken(turns);
      await context;
      return turn;
    });
    apply({ revision: 2, ...off });
    expect(draining()).toBe(1);
    running.leave();
    expect(draining()).toBe(0);
    expect(later().decision.revision).toBe(2);
  });

  it('never counts work on the old side', () => {
    const { turns, apply, draining } = given({ revision: 1, share: 0 });
    turns.withUnit('t1', () => taken(turns));
    apply({ revision: 2, ...off });
    expect(draining()).toBe(0);
  });

  it('ends the scope when its work throws or rejects, and passes the error on', async () => {
    const { turns, apply, draining } = given({ revision: 1, ...live });
    const fail = (): never => {
      taken(turns).leave();
      throw new Error('theirs');
    };
    expect(() => turns.withUnit('t1', fail)).toThrow('theirs');
    await expect(turns.withUnit('t1', async () => fail())).rejects.toThrow('theirs');
    apply({ revision: 2, ...off });
    expect(draining()).toBe(0);
  });

  it('runs a lazy query builder once, inside of the scope', async () => {
    const { turns } = given({ revision: 1, ...live });
    const units: (string | undefined)[] = [];
    const builder: PromiseLike<string> = {
      // oxlint-disable-next-line unicorn/no-thenable -- a query builder is just that
      then: (...handlers) => {
        units.push(taken(turns).unit);
        return Promise.resolve('row').then(...handlers);
      },
    };
    expect(await turns.withUnit('t1', () => builder)).toBe('row');
    expect(units).toEqual(['t1']);
  });
});
