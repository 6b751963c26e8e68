import { afterAll, beforeAll } from '@jest/globals';
import { followPages } from '../support/follow-pages.ts';
import { Newcomer } from '../support/newcomer.ts';

const limitMs = 240_000;

let newcomer: Newcomer;

beforeAll(async () => {
  newcomer = await Newcomer.arrive();
}, limitMs);

afterAll(async () => {
  await newcomer?.leave();
}, limitMs);

followPages(
  [
    'docs/direct.md',
    'docs/history.md',
    'docs/adoption.md',
    'docs/emit.md',
    'docs/rehearse.md',
    'docs/schema-only.md',
    'docs/drift.md',
    'docs/restore.md',
    'docs/cleanup.md',
    'docs/parity.md',
    'docs/reversible.md',
  ],
  () => newcomer,
);
