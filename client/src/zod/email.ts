import type { Check } from './text.js';

const USER = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const LABELS =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const ADDRESS = /^\[[0-9A-Fa-f:.]+\]$/;
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Whether the server may take a text for an e-mail address. It knows which names beyond ASCII and
 * which numeric addresses there are; those that look like one are left to it.
 */
function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  const domain = text.slice(at + 1);
  if (at < 0 || !USER.test(text.slice(0, at))) return false;
  if (BEYOND_ASCII.test(domain)) return true;
  return domain.length <= 255 && (LABELS.test(domain) || ADDRESS.test(domain));
}

/** A text is an e-mail address, as the server judges it. */
export function email(): Check<string> {
  return (payload) => {
    if (isEmail(payload.value)) return;
    payload.issues.push({
      code: 'invalid_format',
      format: 'email',
      input: payload.value,
      message: 'Must be a valid e-mail address',
      continue: true,
    });
  };
}
