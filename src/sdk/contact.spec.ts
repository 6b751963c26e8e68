import { describe, expect, it } from '@jest/globals';
import { ManualTiming } from '../../test/support/manual-timing.ts';
import { Contact } from './contact.ts';

describe('Contact', () => {
  it('counts from when the answered report was sent, not from when its answer came', async () => {
    const timing = new ManualTiming();
    const contact = new Contact(timing, 1_000);
    expect(contact.ageMs()).toBe(Number.POSITIVE_INFINITY);
    const sentAt = timing.monotonicMs();
    await timing.advance(4_000);
    contact.answered(sentAt);
    expect(contact.ageMs()).toBe(4_000);
  });

  it('never goes back when answers overtake each other', async () => {
    const timing = new ManualTiming();
    const contact = new Contact(timing, 1_000);
    const early = timing.monotonicMs();
    await timing.advance(1_000);
    contact.answered(timing.monotonicMs());
    contact.answered(early);
    expect(contact.ageMs()).toBe(0);
  });

  it('is fresh for three heartbeats', async () => {
    const timing = new ManualTiming();
    const contact = new Contact(timing, 1_000);
    expect(contact.isFresh()).toBe(false);
    contact.answered(timing.monotonicMs());
    await timing.advance(3_000);
    expect(contact.isFresh()).toBe(true);
    await timing.advance(1);
    expect(contact.isFresh()).toBe(false);
  });
});
