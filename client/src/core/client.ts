import type { ApiDescriptor } from './descriptor.js';
import type { Mizan } from './mizan.js';
import type { MizanOptions } from './options.js';

/** Makes a client. In a browser it is the page's from then on. */
export function createClient(_api: ApiDescriptor, _options: MizanOptions = {}): Mizan {
  throw new Error('not written yet');
}
