import type { FieldHook } from './api/react.js';

/** A field with its label, its help and what is wrong with it. */
export function Field({ field }: { field: FieldHook }) {
  return (
    <div className="field">
      <label htmlFor={field.props.id}>{field.label}</label>
      <Control field={field} />
      {field.help && (
        <span className="soft" {...field.helpProps}>
          {field.help}
        </span>
      )}
      {field.errors.length > 0 && (
        <span className="error" {...field.errorProps}>
          {field.errors.map((error) => error.message).join('. ')}
        </span>
      )}
    </div>
  );
}

function Control({ field }: { field: FieldHook }) {
  switch (field.schema.widget) {
    case 'Textarea':
      return <textarea rows={4} {...field.props} />;
    case 'Select':
      return (
        <select {...field.props}>
          {field.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      );
    default:
      return <input {...field.props} />;
  }
}
