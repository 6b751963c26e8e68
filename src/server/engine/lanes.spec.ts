import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventLog, type EngineEvent } from '../../engine/ports/event-log.ts';
import { Lanes } from './lanes.ts';

class Written extends EventLog {
  readonly events: EngineEvent[] = [];

  override write(event: EngineEvent): void {
    this.events.push(event);
  }
}

/** Lets everything happen that needs no time. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let begun: string[];
let endings: (() => void)[];
let log: Written;

/** Lanes whose task hangs until the spec ends it. */
const hanging = (width: number): Lanes =>
  new Lanes('effects', width, log, (lane) => {
    begun.push(lane);
    return new Promise((resolve) => endings.push(resolve));
  });

beforeEach(() => {
  begun = [];
  endings = [];
  log = new Written();
});

describe('Lanes', () => {
  it('begins in one lane while another hangs', () => {
    const lanes = hanging(1);
    lanes.hurry(['a']);
    lanes.hurry(['a', 'b']);
    expect(begun).toEqual(['a', 'b']);
  });

  it('is under way in a lane as often as it is wide, and no more', () => {
    const lanes = hanging(2);
    for (let count = 0; count < 3; count += 1) lanes.hurry(['a']);
    expect(begun).toEqual(['a', 'a']);
  });

  it('begins again right afterwards when it was hurried, and not when it was only told to begin', async () => {
    const [hurried, told] = [hanging(1), hanging(1)];
    for (const names of [['h'], ['h']]) hurried.hurry(names);
    for (const names of [['t'], ['t']]) told.begin(names);
    for (const end of endings.splice(0)) end();
    await settled();
    expect(begun).toEqual(['h', 't', 'h']);
  });

  it('logs a fault with its lane, and goes on', async () => {
    const lanes = new Lanes('work', 1, log, (lane) => Promise.reject(new Error(`${lane} is away`)));
    lanes.begin(['a']);
    await settled();
    lanes.begin(['a']);
    await settled();
    const fault = { kind: 'fault', where: 'work, a', error: 'a is away' };
    expect(log.events).toEqual([fault, fault]);
  });

  it('begins nothing once it is stopped, and waits for what is under way', async () => {
    const lanes = hanging(1);
    lanes.hurry(['a']);
    let stopped = false;
    const stopping = lanes.stop().then(() => {
      stopped = true;
    });
    lanes.hurry(['a', 'b']);
    await settled();
    expect([stopped, begun]).toEqual([false, ['a']]);
    for (const end of endings) end();
    await stopping;
    expect(begun).toEqual(['a']);
  });
});
