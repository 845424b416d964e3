import { existsSync } from 'node:fs';

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PROGRAM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function launch(): Promise<Browser> {
  if (!existsSync(PROGRAM)) {
    throw new Error(`${PROGRAM} is missing: install chromium, or name one in CHROMIUM`);
  }
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page asks Mizan for, in order: `ctx/user/?user_id=1`, `call/ update_avatar`. */
export class Traffic {
  readonly seen: string[] = [];

  constructor(page: Page) {
    page.on('request', (request) => {
      const path = request.url().split('/api/mizan/')[1];
      if (path === undefined) return;
      const body = path.startsWith('call') ? request.postData() : null;
      const name = body?.startsWith('{') ? ` ${JSON.parse(body).fn}` : '';
      this.seen.push(path + name);
    });
  }

  reads(context: string): number {
    return this.seen.filter((path) => path.startsWith(`ctx/${context}`)).length;
  }

  forget(): void {
    this.seen.length = 0;
  }
}

export async function open(context: BrowserContext, url: string): Promise<[Page, Traffic]> {
  const page = await context.newPage();
  const traffic = new Traffic(page);
  await page.goto(url);
  return [page, traffic];
}

export async function login(page: Page, user: string): Promise<void> {
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByTestId('me').waitFor();
}
