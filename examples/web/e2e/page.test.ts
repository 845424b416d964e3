import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { launch, login, open, type Traffic } from './browser.js';
import { type Running, startDemo } from './stack.js';

// Everything, on one stack; smoke.test.ts looks at the other two.
let browser: Browser;
let demo: Running;
let context: BrowserContext;
let page: Page;
let traffic: Traffic;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

beforeEach(async () => {
  demo = await startDemo('axum');
  context = await browser.newContext();
  [page, traffic] = await open(context, demo.base);
  await page.getByTestId('user-1').getByText('Ada').waitFor();
});
afterEach(async () => {
  await context.close();
  await demo.stop();
});

const card = (of: Page, id: number) => of.getByTestId(`user-${id}`);
const face = (of: Page, id: number) => card(of, id).getByTestId('face');

async function settled(traffic: Traffic): Promise<readonly string[]> {
  await page.waitForLoadState('networkidle');
  return traffic.seen;
}

describe('what is read', () => {
  test('the global context stands in the page and is not asked for', async () => {
    expect(await settled(traffic)).toEqual(
      expect.arrayContaining(['ctx/user/?user_id=1', 'ctx/user/?user_id=2', 'ctx/user/?user_id=3']),
    );
    expect(traffic.reads('global')).toBe(0);
  });

  test('each user once, whoever asks', async () => {
    await settled(traffic);
    for (const id of [1, 2, 3]) expect(traffic.reads(`user/?user_id=${id}`)).toBe(1);
  });

  test('a change reads the user it concerns and no other', async () => {
    await login(page, 'ada');
    await settled(traffic);
    const reads = (id: number) => card(page, id).getByTestId('reads').textContent();
    expect(await Promise.all([reads(1), reads(2)])).toEqual(['read 2×', 'read 2×']);
    traffic.forget();

    await card(page, 1).getByRole('button', { name: 'Use 🐙' }).click();
    await expect.poll(() => face(page, 1).textContent()).toBe('🐙');
    await expect.poll(() => traffic.reads('user/?user_id=1')).toBe(1);
    await settled(traffic);
    expect(traffic.seen).toEqual(['call/ update_avatar', 'ctx/user/?user_id=1']);
    expect(await Promise.all([reads(1), reads(2)])).toEqual(['read 3×', 'read 2×']);
  });

  test('a merge brings the value and reads nothing of the user', async () => {
    await login(page, 'ada');
    await settled(traffic);
    traffic.forget();
    await card(page, 1).getByLabel('New name').fill('Ada Lovelace');
    await card(page, 1).getByRole('button', { name: 'Rename' }).click();
    await expect.poll(() => card(page, 1).locator('.name').textContent()).toBe('Ada Lovelace');
    await expect.poll(() => page.getByTestId('me').textContent()).toBe('Ada Lovelace');
    await settled(traffic);
    expect(traffic.seen).toEqual(['call/ rename_user', 'ctx/global/']);
  });

  test('an order changes the count, the list and the notifications', async () => {
    await login(page, 'linus');
    await page.getByTestId('orders').getByText('Fish').waitFor();
    await settled(traffic);
    traffic.forget();
    await page.getByRole('button', { name: 'Order tea' }).click();
    await page.getByTestId('orders').getByText('Tea', { exact: true }).waitFor();
    await page.getByTestId('notifications').getByText('Ordered: 1 × Tea').waitFor();
    await card(page, 3).getByText('2 orders so far').waitFor();
    await settled(traffic);
    expect([...traffic.seen].sort()).toEqual([
      'call/ place_order',
      'ctx/notifications/',
      'ctx/orders/?page=1&user_id=3',
      'ctx/user/?user_id=3',
    ]);
  });
});

describe('a refusal', () => {
  test('takes the optimistic face back', async () => {
    await login(page, 'ada');
    await settled(traffic);
    await context.clearCookies();
    await card(page, 1).getByRole('button', { name: 'Use 🌻' }).click();
    await card(page, 1).getByText(/identity|log in|credential|required/i).waitFor();
    expect(await face(page, 1).textContent()).toBe('🦉');
  });
});

describe('away and back', () => {
  test('a mutation whose answer is lost is read again once the network is back', async () => {
    await login(page, 'ada');
    await settled(traffic);
    await context.setOffline(true);
    await card(page, 1).getByRole('button', { name: 'Use 🐧' }).click();
    await card(page, 1).locator('.error').waitFor();
    traffic.forget();
    await context.setOffline(false);
    await expect.poll(() => traffic.reads('user/?user_id=1')).toBeGreaterThan(0);
    await expect.poll(() => face(page, 1).textContent()).toBe('🦉');
  });

  test('going back reads what became old', async () => {
    await login(page, 'ada');
    await settled(traffic);
    await page.goto(`${demo.base}/plain`);
    const answer = await context.request.post(`${demo.base}/api/mizan/call/`, {
      data: { fn: 'update_avatar', args: { avatar: '🐙' } },
    });
    expect(answer.ok()).toBe(true);
    await page.goBack();
    await expect.poll(() => face(page, 1).textContent()).toBe('🐙');
  });
});

describe('two tabs', () => {
  let other: Page;
  let seen: Traffic;

  beforeEach(async () => {
    await login(page, 'ada');
    [other, seen] = await open(context, demo.base);
    await other.getByTestId('me').waitFor();
    await other.waitForLoadState('networkidle');
    seen.forget();
  });

  test('what one changes, the other reads again', async () => {
    await card(page, 1).getByRole('button', { name: 'Use 🌻' }).click();
    await expect.poll(() => face(other, 1).textContent()).toBe('🌻');
    await other.waitForLoadState('networkidle');
    expect(seen.seen).toEqual(['ctx/user/?user_id=1']);
  });

  test('a logout in one is one in the other', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await other.getByRole('button', { name: 'Log in' }).waitFor();
    expect(await other.getByTestId('orders').count()).toBe(0);
  });
});
