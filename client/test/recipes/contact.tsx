/** What docs/client-forms.md begins with. */

import { type FieldHook, useContactForm } from '../fixtures/api/react.js';

export function Contact() {
  const contact = useContactForm();
  const { name, email, topic } = contact.fields;
  if (contact.succeeded) return <p role="status">We write to {contact.data?.to}.</p>;
  return (
    <form {...contact.form}>
      {contact.formErrors.length > 0 && (
        <div {...contact.formErrorProps}>
          {contact.formErrors.map((e) => (
            <p key={e.message}>{e.message}</p>
          ))}
        </div>
      )}
      <label htmlFor={name.props.id}>{name.label}</label>
      <input {...name.props} />
      <Errors of={name} />

      <label htmlFor={email.props.id}>{email.label}</label>
      <input {...email.props} />
      <p {...email.helpProps}>{email.help}</p>
      <Errors of={email} />

      <label htmlFor={topic.props.id}>{topic.label}</label>
      <select {...topic.props}>
        {topic.choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Errors of={topic} />

      {contact.error && <p role="alert">That did not work: {contact.error.message}</p>}
      <button type="submit" aria-disabled={contact.submitting}>
        {contact.schema.submit_label}
      </button>
    </form>
  );
}

function Errors({ of }: { of: FieldHook }) {
  return of.errors.length ? (
    <div {...of.errorProps}>
      {of.errors.map((e) => (
        <p key={e.message}>{e.message}</p>
      ))}
    </div>
  ) : null;
}
