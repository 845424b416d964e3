import './styles.css';

import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';

import { createMizan, hydrate } from './api/calls.js';
import { MizanProvider } from './api/react.js';
import { App } from './App.js';

const mizan = createMizan();
const page = (
  <StrictMode>
    <MizanProvider client={mizan}>
      <App />
    </MizanProvider>
  </StrictMode>
);

const root = document.getElementById('root');
const state = document.getElementById('__STATE__')?.textContent;
if (root && state) {
  // A server rendered the page, and says what it had read for it.
  hydrate(mizan, JSON.parse(state));
  hydrateRoot(root, page);
} else if (root) {
  createRoot(root).render(page);
}
