import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seriousFaults } from '../support/axe.ts';
import { newVisitor, takePictures } from '../support/browser.ts';
import { layCuttableLine } from '../support/cuttable-line.ts';
import { press, startAgain, switchFlagOff } from '../support/ui-person.ts';
import { rolloutName, UiWorld } from '../support/ui-world.ts';

const limitMs = 360_000;
let world: UiWorld;

beforeAll(async () => {
  world = await UiWorld.open();
}, limitMs);

afterAll(async () => {
  await world?.close();
}, limitMs);

describe('the door of the web UI', () => {
  it('lets nobody in without a token, and shows a page without any data', async () => {
    const page = await (await newVisitor(world.browser, world.url)).newPage();
    const answer = await page.goto('/');
    expect(answer?.headers()['content-security-policy']).toContain("script-src 'self'");
    await page.getByLabel('Your name').fill('ann');
    await page.getByLabel('Access token').fill('crossfade_admin_no_no');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('unknown token').waitFor();
    await page.context().close();
  });

  it('keeps a session that no script can read, and takes it away again', async () => {
    const page = await world.visit('/');
    const [cookie] = await page.context().cookies(`${world.url}/api/v1/rollouts`);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/api/v1' });
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Access token').waitFor();
    const ask = (): Promise<number> =>
      page.evaluate(() => fetch('/api/v1/rollouts').then(({ status }) => status));
    expect(await ask()).toBe(401);
    await page.context().close();
  });
});

describe('the pages beside the rollouts', () => {
  it.each(['policies', 'flags', 'alerts', 'audit', 'tokens'])(
    '%s: can be read by everybody',
    async (section) => {
      const page = await world.visit(`/${section}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('table, .empty').first().waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await takePictures(page, section);
      await page.context().close();
    },
    limitMs,
  );
});

describe('a policy', () => {
  it(
    'is shown as it was written, with what is wrong now, against the revision before, and whole',
    async () => {
      await world.applyAnew((text) => text.replace('trashFor: 14d', 'trashFor: 13d'));
      const page = await world.visit('/policies');
      await page.getByRole('link', { name: rolloutName }).click();
      await page.getByText('No fault').waitFor();
      await page.getByText('trashFor: 13d').waitFor();
      await page.getByText('built-in').first().waitFor();
      const will = page.getByRole('region', { name: 'What will happen' });
      await will.getByRole('row', { name: 'share 50% 1s approver' }).waitFor();
      const does = page.getByRole('region', { name: 'What it does on users-db' });
      await does.getByText(/users ACCESS EXCLUSIVE \d×/).waitFor();
      await does.getByText(/^contract: .*until then every step can be taken back/).waitFor();
      await does
        .getByText(/^expand, users/)
        .first()
        .click();
      await does
        .getByText(/ADD COLUMN "birthdate"/)
        .first()
        .waitFor();
      await page.getByLabel('Compare with').selectOption({ index: 1 });
      const region = page.getByRole('region', { name: /^Since/ });
      expect(await region.locator('.line-gone').innerText()).toContain('14d');
      expect(await region.locator('.line-new').innerText()).toContain('13d');
      await takePictures(page, 'policy');
      expect(await seriousFaults(page)).toEqual([]);
      await page.context().close();
    },
    limitMs,
  );
});

describe('the fleet', () => {
  it(
    'says what waits for what, and finds by a word',
    async () => {
      const page = await world.visit('/');
      await page.getByText('No rollout yet').waitFor();
      await world.start();
      const row = page.getByRole('row', { name: rolloutName });
      await row.getByText(/Running|Hold/).waitFor();
      await takePictures(page, 'fleet');
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByLabel('Search rollouts').fill('no such thing');
      await page.getByText('Nothing fits this filter').waitFor();
      expect(new URL(page.url()).searchParams.get('q')).toBe('no such thing');
      await page.context().close();
    },
    limitMs,
  );
});

describe('a page whose connection breaks', () => {
  it(
    'says how old it is, and has what it missed once it is back, without being loaded anew',
    async () => {
      const line = await layCuttableLine(world.url);
      const page = await world.visit(`/rollouts/${rolloutName}`, line.url);
      const streams: string[] = [];
      page.on('request', (request) => streams.push(request.url()));
      await page.evaluate(() => Object.assign(globalThis, { isTheSame: true }));
      await page.getByText('live', { exact: true }).waitFor();
      const happened = page.getByRole('region', { name: 'Timeline' });
      await happened.getByRole('listitem').first().waitFor();
      line.cut();
      await page.clock.fastForward(20_000);
      await page
        .getByRole('alert')
        .filter({ hasText: /\d+ s old/ })
        .waitFor();
      await takePictures(page, 'cut-off');
      await world.order('pause', 'while nobody heard');
      await world.until(({ phase }) => phase === 'paused');
      const heard = happened.getByText('while nobody heard');
      expect(await heard.count()).toBe(0);
      streams.length = 0;
      line.mend();
      await page.clock.fastForward(20_000);
      await page.getByText('live', { exact: true }).waitFor();
      await page.getByText(/Stands still: while nobody heard/).waitFor();
      // What was decided, and that it was asked for: each once.
      await heard.nth(1).waitFor();
      expect(await heard.count()).toBe(2);
      // However often it tried, it asked for what came after what it had heard.
      const asked = streams.filter((url) => url.includes('/changes'));
      expect(asked.filter((url) => /changes\?after=\w+\.\d+$/.test(url))).toEqual(asked);
      expect(asked).not.toEqual([]);
      expect(await page.evaluate(() => Reflect.get(globalThis, 'isTheSame'))).toBe(true);
      await page.context().close();
      await line.stop();
      await world.order('resume', 'the line is back');
    },
    limitMs,
  );
});

describe('a rollout in a person’s hands', () => {
  it(
    'is shown as others move it: decisions are asked for only when the stream tells of one',
    async () => {
      const page = await world.visit(`/rollouts/${rolloutName}`);
      await page.getByText('live', { exact: true }).waitFor();
      const happened = page.getByRole('region', { name: 'Timeline' });
      await world.order('pause', 'stand-up meeting');
      await happened.getByText('pause by', { exact: false }).first().waitFor();
      await world.order('resume', 'meeting over');
      const entries = happened.getByRole('listitem');
      // It goes on at once, so that something newer may stand above.
      await entries
        .filter({ hasText: /resume.*meeting over/s })
        .first()
        .waitFor();
      await happened.getByRole('button', { name: 'Commands' }).click();
      const newest = entries.first();
      await newest.filter({ hasText: /asked.*resume by/s }).waitFor();
      await newest.getByRole('link').click();
      expect(new URL(page.url()).searchParams.get('entry')).toMatch(/^command-/);
      await happened.locator('[aria-current=true]').filter({ hasText: 'meeting over' }).waitFor();
      await page.context().close();
    },
    limitMs,
  );

  it(
    'is paused with a reason, resumed, and rolled back; the page says who, why, and when it arrived',
    async () => {
      const page = await world.visit(`/rollouts/${rolloutName}`);
      await press(page, 'Pause', 'lunch');
      await page.getByText(/Stands still: lunch/).waitFor();
      expect((await world.api.rollout(rolloutName)).stop?.by).toContain('ann');
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
      await takePictures(page, 'paused');
      expect(await seriousFaults(page)).toEqual([]);
      await press(page, 'Resume', 'back from lunch');
      await switchFlagOff(page);
      await takePictures(page, 'flag');
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('link', { name: 'its page' }).click();
      await page.getByText(/Stands still: ann .*switched the flag off/).waitFor();
      expect(await world.until(({ phase }) => phase === 'paused')).toMatchObject({
        flag: { enabled: false, changedBy: expect.stringMatching(/^ann /) },
      });
      await press(page, 'Roll back', 'not today');
      const rollback = page.getByRole('region', { name: 'Rollback' });
      await rollback.getByText('not today').waitFor();
      await world.until(({ endedAt }) => endedAt !== null);
      await page.getByText('Rolled back', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Start again' }).waitFor();
      await takePictures(page, 'rolled-back');
      await page.context().close();
    },
    limitMs,
  );
});

describe('a rollout that nobody touches', () => {
  it(
    'goes back by itself when the new side serves worse, and the page says why',
    async () => {
      const page = await world.visit(`/rollouts/${rolloutName}`);
      await startAgain(page);
      await world.until(({ exposure }) => exposure.acknowledged === 50);
      world.users.newReadsFail = true;
      const rollback = page.getByRole('region', { name: 'Rollback' });
      await rollback.getByText(/errors/).waitFor();
      const { rollback: went } = await world.until(({ phase }) => phase === 'rolled_back');
      expect(went?.by).toBe('crossfade');
      await rollback.getByText('not yet').first().waitFor({ state: 'detached' });
      const decided = page.getByRole('region', { name: 'Timeline' });
      const cause = decided.getByRole('listitem').filter({ hasText: went?.cause ?? '' });
      await cause.getByText(/Evidence of decision/).click();
      await cause.getByText(/errors worse/).waitFor();
      await takePictures(page, 'automatic-rollback');
      expect(await seriousFaults(page)).toEqual([]);
      await page.context().close();
    },
    limitMs,
  );

  it(
    'goes back for an alert, which can be followed from the inbox to what it led to, and is over',
    async () => {
      world.users.newReadsFail = false;
      const page = await world.visit(`/rollouts/${rolloutName}`);
      await startAgain(page);
      await world.until(({ exposure }) => exposure.acknowledged === 50);
      await page.getByRole('link', { name: 'Alerts' }).click();
      await page.getByText('No alert fits').waitFor();
      const startsAt = new Date();
      await world.alert('firing', startsAt);
      const row = page.getByRole('row', { name: /CheckoutErrors/ });
      await row.getByText('half of all payments fail').waitFor();
      await row.getByText(/led to rollback/).waitFor();
      await takePictures(page, 'alert');
      expect(await seriousFaults(page)).toEqual([]);
      await row.getByRole('link', { name: /^rollback at/ }).click();
      const happened = page.getByRole('region', { name: 'Timeline' });
      const meant = happened.locator('[aria-current=true]');
      await meant.filter({ hasText: /rollback.*CheckoutErrors/s }).waitFor();
      await world.until(({ phase }) => phase === 'rolled_back');
      await happened.getByRole('button', { name: 'Alerts' }).click();
      await happened.getByText('fires', { exact: true }).waitFor();
      await world.alert('resolved', startsAt);
      await page.getByRole('navigation').getByRole('link', { name: 'Alerts' }).click();
      await page.getByText('No alert fits').waitFor();
      await page.context().close();
    },
    limitMs,
  );

  it(
    'goes all the way while it is healthy, past who must approve, to where a person completes it',
    async () => {
      world.users.newReadsFail = false;
      const page = await world.visit(`/rollouts/${rolloutName}`);
      await startAgain(page);
      await page.getByText('0 of 1 agreed').waitFor();
      await takePictures(page, 'approval');
      await press(page, 'Approve', 'support has looked');
      await page.getByText('0 of 1 agreed').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Complete' }).click();
      const dialog = page.getByRole('dialog');
      const sure = dialog.getByRole('button', { name: 'Complete' });
      expect(await sure.isDisabled()).toBe(true);
      await dialog.getByLabel(`Type ${rolloutName} to confirm`).fill(rolloutName);
      await sure.click();
      await page.getByText('Completed', { exact: true }).waitFor();
      expect((await world.until(({ endedAt }) => endedAt !== null)).phase).toBe('completed');
      await takePictures(page, 'completed');
      expect(await seriousFaults(page)).toEqual([]);
      await page.context().close();
    },
    limitMs,
  );
});
