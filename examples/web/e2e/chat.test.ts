import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { launch, login, open } from './browser.js';
import { type Running, type Stack, startDemo } from './stack.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const chat = (page: Page) => page.getByTestId('chat');
const here = (page: Page) => chat(page).getByTestId('here').textContent();
const talk = async (page: Page) =>
  (await chat(page).getByTestId('talk').locator('li strong').count()) &&
  chat(page).getByTestId('talk').locator('li:has(strong)').allTextContents();

async function say(page: Page, text: string): Promise<void> {
  await chat(page).getByLabel('Say something').fill(text);
  await chat(page).getByRole('button', { name: 'Say' }).click();
}

/** The sockets that a page opened, and how many are open. */
function sockets(page: Page): { opened: number; open: number } {
  const count = { opened: 0, open: 0 };
  page.on('websocket', (socket) => {
    count.opened += 1;
    count.open += 1;
    socket.on('close', () => {
      count.open -= 1;
    });
  });
  return count;
}

describe.each<Stack>(['axum', 'hyper', 'poem'])('%s', (stack) => {
  let demo: Running;
  let ada: BrowserContext;
  let grace: BrowserContext;
  beforeAll(async () => {
    demo = await startDemo(stack);
    ada = await browser.newContext();
    grace = await browser.newContext();
  });
  afterAll(async () => {
    await ada.close();
    await grace.close();
    await demo.stop();
  });

  test('two people talk, over one socket each, and a third hears what was said', async () => {
    const [first] = await open(ada, demo.base);
    const [second] = await open(grace, demo.base);
    const count = sockets(first);
    await first.reload();
    await expect.poll(() => here(first)).toBe('2 here');

    await login(first, 'ada');
    await login(second, 'grace');
    await expect.poll(() => here(first)).toBe('2 here');
    await expect.poll(() => here(second)).toBe('2 here');
    await say(first, 'Is anybody here?');
    await expect.poll(() => talk(second)).toEqual(['🦉 Ada Is anybody here?']);
    await say(second, 'I am.');
    await expect.poll(() => talk(first)).toHaveLength(2);

    await chat(first).getByRole('button', { name: 'kitchen' }).click();
    await expect.poll(() => here(first)).toBe('1 here');
    await expect.poll(() => here(second)).toBe('1 here');
    await say(first, 'Tea?');
    await expect.poll(() => talk(first)).toHaveLength(1);
    expect(await talk(second)).toHaveLength(2);
    expect(count.open).toBe(1);

    const [third] = await open(grace, demo.base);
    await expect.poll(() => talk(third)).toHaveLength(2);
    await third.close();
    await expect.poll(() => here(second)).toBe('1 here');
  });

  test('who logs out hears on and says nothing', async () => {
    const [page] = await open(ada, demo.base);
    await expect.poll(() => here(page)).toMatch(/ here$/);
    await page.getByRole('button', { name: 'Log out' }).click();
    await chat(page).getByText('Log in to say something.').waitFor();
    await expect.poll(() => here(page)).toMatch(/ here$/);
    await page.close();
  });
});

test('a server that comes back is found again, with the rooms', async () => {
  const demo = await startDemo('axum');
  const port = new URL(demo.base).port;
  const context = await browser.newContext();
  const [page] = await open(context, demo.base);
  await expect.poll(() => here(page)).toBe('1 here');
  await demo.stop();
  await expect.poll(() => here(page)).toBe('reconnecting');
  const again = await startDemo('axum', port);
  await expect.poll(() => here(page), { timeout: 40_000 }).toBe('1 here');
  await context.close();
  await again.stop();
});
