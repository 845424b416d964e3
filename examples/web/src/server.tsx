import { StrictMode } from 'react';
import { prerenderToNodeStream } from 'react-dom/static';

import { createMizan, dehydrate } from './api/calls.js';
import { MizanProvider } from './api/react.js';
import { App } from './App.js';

/** Renders the page for one request: a client of its own, which asks as that caller. */
export async function render(baseUrl: string, cookie: string | undefined): Promise<Rendered> {
  const mizan = createMizan({ baseUrl, ...(cookie && { headers: { cookie } }) });
  try {
    const { prelude } = await prerenderToNodeStream(
      <StrictMode>
        <MizanProvider client={mizan}>
          <App />
        </MizanProvider>
      </StrictMode>,
    );
    let html = '';
    for await (const chunk of prelude) html += chunk;
    return { html, state: JSON.stringify(dehydrate(mizan)) };
  } finally {
    mizan.dispose();
  }
}

export interface Rendered {
  readonly html: string;
  /** What the browser's client starts from, as JSON. */
  readonly state: string;
}
