// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { contactForm, errors, settled } from '../../test/forms/fixtures.js';
import {
  answer,
  blur,
  input,
  server,
  show,
  submit,
  told,
  type,
  wait,
  withServer,
} from '../../test/forms/page.js';
import { type ContextDescriptor, observe, patch } from '../core/index.js';

withServer();

describe('submission', () => {
  it('sends what is filled in and shows the answer', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    type('email', 'ada@example.org');
    type('topic', 'help');
    await submit();
    expect(seen.hook.submitting).toBe(true);
    expect(server.last('contact.submit').args).toEqual({
      name: 'Ada',
      email: 'ada@example.org',
      topic: 'help',
    });
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(seen.hook).toMatchObject({
      submitting: false,
      succeeded: true,
      data: { sent: true },
      error: undefined,
      submitCount: 1,
    });
    expect(seen.hook.values.name).toBe('Ada');
  });

  it('shows a refusal at the fields, keeps the values and moves the focus', async () => {
    const { seen } = show(contactForm);
    type('email', 'ada');
    await submit();
    await answer('contact.submit', {
      success: false,
      errors: errors({
        email: 'Invalid',
        topic: 'Required',
        __all__: 'Closed',
        'elsewhere.1': 'Odd',
      }),
    });
    expect(told('email')).toBe('Invalid');
    expect(told('topic')).toBe('Required');
    expect(document.activeElement).toBe(input('email'));
    expect(seen.hook.formErrors.map((error) => error.message)).toEqual([
      'Closed',
      'elsewhere.1: Odd',
    ]);
    expect(seen.hook.values.email).toBe('ada');
    expect(seen.hook.succeeded).toBe(false);
    // The next one begins without them.
    await submit();
    expect(seen.hook.formErrors).toEqual([]);
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(told('topic')).toBe(null);
    expect(seen.hook.submitCount).toBe(2);
  });

  it('takes a VALIDATION_ERROR for a refusal', async () => {
    const { seen } = show(contactForm);
    await submit();
    await act(() =>
      server.last('contact.submit').fail(422, 'VALIDATION_ERROR', { fields: { name: ['Bad'] } }),
    );
    expect(told('name')).toBe('Bad');
    expect(seen.hook.error).toBe(undefined);
  });

  it('keeps the values when the network fails, and says why', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    await submit();
    await act(() => server.last('contact.submit').lose());
    expect(seen.hook.error?.code).toBe('NETWORK');
    expect(seen.hook.submitting).toBe(false);
    expect(input('name').value).toBe('Ada');
  });

  it('runs once at a time', async () => {
    const { seen } = show(contactForm);
    await submit();
    await submit();
    let outcome: unknown;
    act(() => void seen.hook.submit().then((came) => (outcome = came)));
    expect(server.names()).toEqual(['contact.submit']);
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(outcome).toEqual({ success: true, data: { sent: true } });
  });

  it('shows no error of a field that was changed meanwhile', async () => {
    show(contactForm);
    type('name', 'root');
    await submit();
    type('name', 'Ada');
    await answer('contact.submit', {
      success: false,
      errors: errors({ name: 'Reserved', email: 'Required' }),
    });
    expect(told('name')).toBe(null);
    expect(told('email')).toBe('Required');
    await wait(300);
    expect(server.last('contact.validate').args.data.name).toBe('Ada');
  });

  it('drops a validation that was on its way', async () => {
    show(contactForm);
    type('name', 'root');
    await blur('name');
    await submit();
    await answer('contact.validate', errors({ name: 'Reserved' }));
    expect(told('name')).toBe(null);
  });

  it('survives the component, and is no error then', async () => {
    const { unmount } = show(contactForm);
    await submit();
    const sent = server.last('contact.submit');
    unmount();
    await act(settled);
    expect(sent.signal?.aborted).toBe(false);
    await act(() => sent.result({ success: true, data: { sent: true } }));
  });

  it('can be given up', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    let outcome: unknown;
    act(() => void seen.hook.submit().then((came) => (outcome = came)));
    await act(settled);
    act(() => seen.hook.cancel());
    await act(settled);
    expect(outcome).toEqual({ success: false });
    expect(seen.hook).toMatchObject({ submitting: false, error: undefined });
    expect(input('name').value).toBe('Ada');
  });

  it('that is refused changes nothing, and one that is accepted what the form affects', async () => {
    const context = { name: 'messages', slots: { messages: [] } };
    const messages = observe(server.client, context, {});
    const leave = messages.subscribe(() => {});
    await act(settled);
    await answer('/api/mizan/ctx/messages/', { messages: [] });
    expect(messages.snapshot().data).toEqual({ messages: [] });
    show(contactForm);
    await submit();
    server.names();
    await answer('contact.submit', { success: false, errors: errors({ name: 'Required' }) });
    expect(messages.snapshot()).toMatchObject({ stale: false, refreshing: false });
    await submit();
    await act(() =>
      server
        .last('contact.submit')
        .result({ success: true, data: {} }, { invalidate: ['messages'] }),
    );
    expect(messages.snapshot()).toMatchObject({ stale: true, refreshing: true });
    expect(server.names()).toEqual(['contact.submit', '/api/mizan/ctx/messages/']);
    leave();
  });

  it('takes an optimistic layer back when it is refused', async () => {
    const context: ContextDescriptor<object, { messages: string[] }> = {
      name: 'messages',
      slots: { messages: [] },
    };
    const messages = observe(server.client, context, {});
    const leave = messages.subscribe(() => {});
    await act(settled);
    await answer('/api/mizan/ctx/messages/', { messages: ['old'] });
    const { seen } = show(contactForm);
    const optimistic = patch(context, 'messages', {}, () => ['old', 'new']);
    act(() => void seen.hook.submit(undefined, { optimistic }));
    await act(settled);
    expect(messages.snapshot().data?.messages).toEqual(['old', 'new']);
    await answer('contact.submit', { success: false, errors: errors({ name: 'Required' }) });
    expect(messages.snapshot()).toMatchObject({ data: { messages: ['old'] }, stale: false });
    leave();
  });

  it('that got lost may have changed what the form affects', async () => {
    const context = { name: 'messages', slots: { messages: [] } };
    const messages = observe(server.client, context, {});
    const leave = messages.subscribe(() => {});
    await act(settled);
    await answer('/api/mizan/ctx/messages/', { messages: [] });
    const { seen } = show(contactForm);
    await submit();
    await act(() => server.last('contact.submit').lose());
    expect(seen.hook.error?.unknown).toBe(true);
    expect(messages.snapshot().stale).toBe(true);
    leave();
  });

  it('works under StrictMode', async () => {
    const { seen } = show(contactForm, {}, StrictMode);
    type('name', 'root');
    await blur('name');
    expect(server.names()).toEqual(['contact.validate']);
    await submit();
    await answer('contact.submit', { success: false, errors: errors({ name: 'Reserved' }) });
    expect(told('name')).toBe('Reserved');
    expect(document.activeElement).toBe(input('name'));
    await submit();
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(seen.hook.submitCount).toBe(2);
  });

  it('leaves the page to the script, and gives its outcome to one who asks', async () => {
    const { seen } = show(contactForm);
    expect(fireEvent.submit(screen.getByTestId('form'))).toBe(false);
    await act(settled);
    await answer('contact.submit', { success: true, data: { sent: true } });
    const event = { preventDefault: vi.fn() };
    let outcome: unknown;
    act(() => void seen.hook.submit(event).then((came) => (outcome = came)));
    expect(event.preventDefault).toHaveBeenCalledOnce();
    await act(settled);
    await act(() => server.last('contact.submit').fail(401, 'UNAUTHORIZED'));
    expect(outcome).toMatchObject({ success: false, error: { code: 'UNAUTHORIZED' } });
  });

  it('is forgotten by a reset', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    await submit();
    act(() => seen.hook.reset());
    expect(input('name').value).toBe('');
    expect(seen.hook.submitting).toBe(false);
    await answer('contact.submit', { success: false, errors: errors({ name: 'Reserved' }) });
    expect(told('name')).toBe(null);
    act(() => seen.hook.reset({ name: 'Grace' }));
    expect(input('name').value).toBe('Grace');
    expect(seen.hook.dirty).toBe(false);
    type('name', 'Ada');
    expect(input('name').value).toBe('Ada');
    act(() => seen.hook.setValue('name', 'Edsger'));
    expect(input('name').value).toBe('Edsger');
  });

  it('takes errors that were found elsewhere', async () => {
    const { seen } = show(contactForm);
    act(() => seen.hook.setErrors({ name: 'Taken', __all__: ['One', 'Two'] }));
    expect(told('name')).toBe('Taken');
    expect(seen.hook.formErrors.map((error) => error.message)).toEqual(['One', 'Two']);
  });

  it('of text that the control cannot read is refused here', async () => {
    show(contactForm);
    Object.defineProperty(input('age'), 'validity', { value: { badInput: true } });
    Object.defineProperty(input('age'), 'validationMessage', { value: 'Enter a number.' });
    await submit();
    expect(server.names()).toEqual([]);
    expect(told('age')).toBe('Enter a number.');
  });
});
