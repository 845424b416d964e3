import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { launch, login, open } from './browser.js';
import { type Running, type Stack, startDemo } from './stack.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each<Stack>(['hyper', 'poem'])('%s', (stack) => {
  let demo: Running;
  beforeAll(async () => {
    demo = await startDemo(stack);
  });
  afterAll(() => demo.stop());

  test('serves the page, primed, and a change reads the one user it concerns', async () => {
    const context = await browser.newContext();
    const [page, traffic] = await open(context, demo.base);
    await page.getByTestId('user-1').getByText('Ada').waitFor();
    expect(traffic.reads('global')).toBe(0);
    await login(page, 'ada');
    await page.waitForLoadState('networkidle');
    traffic.forget();
    await page.getByTestId('user-1').getByRole('button', { name: 'Use 🐙' }).click();
    await expect.poll(() => traffic.reads('user/?user_id=1')).toBe(1);
    await page.waitForLoadState('networkidle');
    expect(traffic.seen).toEqual(['call/ update_avatar', 'ctx/user/?user_id=1']);
    await context.close();
  });
});
