import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { launch, login, open, type Traffic } from './browser.js';
import { type Running, startDemo, startRenderer } from './stack.js';

let browser: Browser;
let demo: Running;
let context: BrowserContext;
let page: Page;
let traffic: Traffic;

beforeAll(async () => {
  browser = await launch();
  demo = await startDemo('axum');
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  const form = page.getByTestId('contact');
  for (const [label, value] of Object.entries(values)) await form.getByLabel(label).fill(value);
}

/** Sends a picture with this many bytes behind what makes it one. */
async function upload(padding: number): Promise<void> {
  const form = page.getByTestId('picture');
  const face = await readFile(new URL('face.png', import.meta.url));
  const buffer = Buffer.concat([face, Buffer.alloc(padding)]);
  const file = { name: 'face.png', mimeType: 'image/png', buffer };
  await form.getByLabel('Picture').setInputFiles(file);
  await form.getByRole('button', { name: 'Upload' }).click();
}

const GOOD = { Name: 'Ada', Email: 'ada@example.org', Message: 'Hello' };

describe('with JavaScript', () => {
  beforeEach(async () => {
    context = await browser.newContext();
    [page, traffic] = await open(context, demo.base);
    await page.getByTestId('contact').waitFor();
  });
  afterEach(() => context.close());

  test('a touched field says what is wrong while one types, by the server alone if need be', async () => {
    const form = page.getByTestId('contact');
    // A rule that only the server knows.
    await form.getByLabel('Name').fill('root');
    await form.getByLabel('Email').focus();
    const reserved = form.getByText('This name is reserved');
    await reserved.waitFor();
    // What nobody has touched yet is not found fault with.
    expect(await form.getByRole('alert').count()).toBe(1);
    await form.getByLabel('Name').fill('Ada');
    await reserved.waitFor({ state: 'detached' });
  });

  test('a refusal names every field, keeps what was typed and focuses the first', async () => {
    const form = page.getByTestId('contact');
    await fill(page, { Name: 'Ada', Email: 'nonsense' });
    await form.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => form.getByRole('alert').count()).toBe(3);
    expect(await form.getByLabel('Name').inputValue()).toBe('Ada');
    expect(await form.getByLabel('Email').inputValue()).toBe('nonsense');
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('name'));
    expect(focused).toBe('email');
  });

  test('a good one is sent once', async () => {
    await fill(page, GOOD);
    await page.getByTestId('contact').getByLabel('Topic').selectOption('help');
    traffic.forget();
    await page.getByRole('button', { name: 'Send' }).dblclick();
    await page.getByText(/Thank you, this is message/).waitFor();
    expect(traffic.seen.filter((path) => path.endsWith('contact.submit'))).toHaveLength(1);
  });

  test('a picture is uploaded, and its owner read again', async () => {
    await login(page, 'ada');
    await page.waitForLoadState('networkidle');
    traffic.forget();
    await upload(0);
    await page.getByTestId('user-1').locator('img').waitFor();
    expect(traffic.reads('user/?user_id=1')).toBe(1);
    expect(traffic.reads('user/?user_id=2')).toBe(0);
  });

  test('an upload says how much of it was sent', async () => {
    await login(page, 'grace');
    await page.evaluate(() => {
      const seen: number[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const bar = document.querySelector('progress');
        if (bar) seen.push(bar.value / bar.max);
      }).observe(document.body, { attributes: true, childList: true, subtree: true });
    });
    await upload(900_000);
    await page.getByTestId('user-2').locator('img').waitFor();
    const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort());
    expect(seen.at(-1)).toBe(1);
  });

  test('an upload can be given up', async () => {
    await login(page, 'linus');
    // Nobody takes it.
    await page.route('**/call/', () => {});
    await upload(0);
    const form = page.getByTestId('picture');
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
    expect(await form.getByRole('alert').count()).toBe(0);
    expect(await page.getByTestId('user-3').locator('img').count()).toBe(0);
  });

  test('a file that is none is refused in words', async () => {
    await login(page, 'linus');
    const form = page.getByTestId('picture');
    const file = { name: 'face.png', mimeType: 'image/png', buffer: Buffer.from('not one') };
    await form.getByLabel('Picture').setInputFiles(file);
    await form.getByRole('button', { name: 'Upload' }).click();
    await form.getByText(/content of the file/).waitFor();
  });
});

describe('rendered by a server', () => {
  let renderer: Running;
  beforeAll(async () => {
    renderer = await startRenderer(demo.base);
  });
  afterAll(() => renderer.stop());
  afterEach(() => context.close());

  test('the page takes over what the server had read, without asking again', async () => {
    context = await browser.newContext();
    const errors: string[] = [];
    context.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    [page, traffic] = await open(context, renderer.base);
    await page.waitForLoadState('networkidle');
    expect(await page.getByTestId('user-2').locator('.name').textContent()).toBe('Grace');
    expect(traffic.seen).toEqual([]);
    expect(errors).toEqual([]);

    // It is alive.
    await login(page, 'linus');
    const linus = page.getByTestId('user-3');
    await linus.getByRole('button', { name: 'Use 🦊' }).click();
    await expect.poll(() => linus.getByTestId('face').textContent()).toBe('🦊');
  });

  test('each caller gets a page of their own', async () => {
    context = await browser.newContext();
    [page] = await open(context, renderer.base);
    await login(page, 'linus');
    const html = await (await context.request.get(renderer.base)).text();
    expect(html).toContain('Linus</strong>');
    const stranger = await browser.newContext();
    expect(await (await stranger.request.get(renderer.base)).text()).not.toContain('Linus</strong>');
    await stranger.close();
  });

  test('without JavaScript the form is sent, refused with its errors, and taken', async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    [page] = await open(context, renderer.base);
    await fill(page, { ...GOOD, Name: 'root' });
    await page.getByTestId('contact').getByLabel('Topic').selectOption('help');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('This name is reserved').first().waitFor();
    expect(await page.getByLabel('Email').inputValue()).toBe('ada@example.org');
    await page.getByLabel('Name').fill('Ada');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByTestId('contact').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('without JavaScript one can log in and out', async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    [page] = await open(context, renderer.base);
    await login(page, 'ada');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
  });
});
