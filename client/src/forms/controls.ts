/** The controls in the page, as far as they know more than the state does. */

import type { FieldState } from './fields.js';
import type { FieldValue } from './types.js';
import { same, textOf } from './values.js';

/** What an event tells of the control that it happened to. */
export interface ControlLike {
  readonly value?: unknown;
  readonly checked?: unknown;
  readonly type?: unknown;
  readonly files?: FileList | null;
  readonly selectedOptions?: ArrayLike<{ readonly value: string }>;
}

/** What a control holds. */
export function read(field: FieldState, control: ControlLike): FieldValue {
  const value = textOf(control.value);
  switch (field.widget) {
    case 'FileInput':
      return Array.from(control.files ?? []);
    case 'CheckboxInput':
      return control.checked === true;
    case 'SelectMultiple': {
      const options = control.selectedOptions;
      if (options) return Array.from(options, (option) => option.value);
      // One checkbox of a group.
      const others = (field.value as readonly string[]).filter((other) => other !== value);
      return control.checked ? [...others, value] : others;
    }
    default:
      return value;
  }
}

/** Fields whose control is complete with every change. In the others, somebody may be typing. */
export function isChoice(field: FieldState): boolean {
  return /^(Checkbox|File|Select)/.test(field.widget);
}

/** The first control of this name. */
export function control(form: HTMLFormElement | null, name: string): HTMLInputElement | undefined {
  // A control that is named `elements` hides the others.
  const found = form?.elements.namedItem?.(name);
  // Several, as radio buttons are, come as a list.
  return (found && 'tagName' in found ? found : found?.[0]) as HTMLInputElement | undefined;
}

/** What the browser says of text that its control cannot read, and of which it shows the state nothing. */
export function unreadable(input: HTMLInputElement | undefined): string | undefined {
  return input?.validity?.badInput ? input.validationMessage || 'Invalid value' : undefined;
}

/**
 * What somebody filled in before scripts ran, or the browser did on their behalf; nothing where
 * the control holds what the state says.
 */
export function filledBefore(field: FieldState, input: HTMLInputElement): FieldValue | undefined {
  const { value } = field;
  const group = input.form?.elements.namedItem(input.name);
  let held = read(field, input);
  if (group instanceof RadioNodeList) {
    const checked = Array.from(group as NodeListOf<HTMLInputElement>).filter((one) => one.checked);
    const values = checked.map((one) => one.value);
    held = Array.isArray(value) ? values : (values[0] ?? '');
  } else if (typeof value === 'string' && input.tagName !== 'SELECT') {
    // Controls change what they are given: dates that are none, line ends. And what was drawn need
    // not be what the field holds.
    const probe = input.cloneNode() as HTMLInputElement;
    probe.value = value;
    if (held === probe.value || held === input.defaultValue) return undefined;
  }
  return same(held, value) ? undefined : held;
}
