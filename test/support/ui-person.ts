import type { Page } from 'playwright-core';
import { rolloutName } from './ui-world.ts';

/** Presses a button that asks for a reason. */
export async function press(page: Page, button: string, reason: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: button }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** From the rollout's page to its flag, where it is switched off by hand. */
export async function switchFlagOff(page: Page): Promise<void> {
  const exposed = page.getByRole('region', { name: 'On the new side' });
  await exposed.getByRole('link', { name: rolloutName }).click();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('Changed by hand').waitFor();
  await page.getByText('switched it off').waitFor();
}

/** What the person at a rollout's page does when it has gone back. */
export async function startAgain(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start again' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Start again' }).click();
  await dialog.waitFor({ state: 'detached' });
}
