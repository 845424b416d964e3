import type {
  ApiDescriptor,
  ContextDescriptor,
  FormDescriptor,
  FunctionDescriptor,
} from '../core/index.js';
import type { GeneratedCalls } from './stubs.js';

/** The descriptors of a registry, by name. */
export interface TestRegistry {
  readonly api: ApiDescriptor;
  readonly contexts: ReadonlyMap<string, ContextDescriptor<object, unknown>>;
  readonly forms: ReadonlyMap<string, FormDescriptor<unknown, unknown>>;
  readonly functions: ReadonlyMap<string, FunctionDescriptor<unknown, unknown>>;
}

/**
 * Finds the descriptors among what a module exports. To list them one by one in the generated file
 * would have the compiler compare the types of all of them with each other.
 */
export function registryOf(calls: GeneratedCalls): TestRegistry {
  const contexts = new Map<string, ContextDescriptor<object, unknown>>();
  const forms = new Map<string, FormDescriptor<unknown, unknown>>();
  const functions = new Map<string, FunctionDescriptor<unknown, unknown>>();
  for (const value of Object.values<unknown>({ ...calls })) {
    if (!isDescriptor(value)) continue;
    if ('slots' in value) contexts.set(value.name, value);
    else if ('schema' in value) forms.set(value.name, value);
    // Channels say by themselves what they are asked with.
    else if (!('params' in value)) functions.set(value.name, value);
  }
  return { api: calls.api, contexts, forms, functions };
}

type Descriptor =
  | ContextDescriptor<object, unknown>
  | FormDescriptor<unknown, unknown>
  | FunctionDescriptor<unknown, unknown>;

function isDescriptor(value: unknown): value is Descriptor {
  return typeof value === 'object' && value !== null && 'name' in value;
}
