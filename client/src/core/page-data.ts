/** The block of data that a page comes with (protocol section 8). */

import type { PageData } from './environment.js';

/** The blocks that were read: each is read once. */
const read = /*#__PURE__*/ new WeakSet<Element>();

/** What the browser's page carries; `undefined` while it is still being parsed. */
export function pageData(): PageData | undefined {
  if (typeof document === 'undefined') return undefined;
  // What is there of the block may be half of it.
  if (document.readyState === 'loading') return undefined;
  const block = document.querySelector('script#__MIZAN_DATA__');
  const text = (block && !read.has(block) && block.textContent) || undefined;
  if (block) read.add(block);
  const [entry] = performance.getEntriesByType?.('navigation') ?? [];
  const timing = entry as PerformanceNavigationTiming | undefined;
  return {
    text,
    // A cache sends no bytes. What is still being received comes from the server.
    old: !!timing?.responseEnd && !(timing.transferSize > timing.encodedBodySize),
    age: performance.now(),
  };
}
