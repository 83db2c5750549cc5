// A choice of one of several, which must be made.

export function Choice(props: {
  label: string;
  value: string;
  options: [string, string][];
  onValue: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <select
        value={props.value}
        required
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        <option value="" />
        {props.options.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
