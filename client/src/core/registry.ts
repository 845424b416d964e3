/** The clients of the page, by mount. */

import type { Mizan } from './mizan.js';

/** The last client made in a browser for each mount, until it is disposed. */
export const pages = /*#__PURE__*/ new Map<string, Mizan>();
