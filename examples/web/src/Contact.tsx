import { useContactForm } from './api/react.js';
import { contactFormSchema } from './api/zod.js';
import { Field } from './Field.js';

/** The server says which fields there are. Without JavaScript the same form is sent as it stands. */
export function Contact() {
  const contact = useContactForm({ schema: contactFormSchema });
  const { schema } = contact;
  return (
    <section>
      <h2>{schema.title}</h2>
      <div className="row">
        <form className="card" data-testid="contact" {...contact.form}>
          {contact.list.map((field) => (
            <Field key={field.name} field={field} />
          ))}
          {contact.formErrors.length > 0 && (
            <p className="error" {...contact.formErrorProps}>
              {contact.formErrors.map((error) => error.message).join('. ')}
            </p>
          )}
          {contact.error && (
            <p className="error" role="alert">
              {contact.error.message}
            </p>
          )}
          <button type="submit" className="primary" aria-disabled={contact.submitting}>
            {schema.submit_label}
          </button>
          {contact.succeeded && (
            <p className="done" role="status">
              Thank you, this is message {contact.data?.message_id}.
            </p>
          )}
        </form>
      </div>
    </section>
  );
}
