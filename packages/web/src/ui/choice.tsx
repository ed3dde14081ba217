import type { ComponentChildren } from 'preact'

interface ChoiceProps {
  readonly isChosen: boolean
  readonly onChange: () => void
  /** The name of the group of which one is chosen. Without it, several may be chosen. */
  readonly group?: string
  readonly children: ComponentChildren
}

/** A checkbox or a radio button with its label. */
export const Choice = ({ isChosen, onChange, group, children }: ChoiceProps) => (
  <label class="choice">
    <input type={group === undefined ? 'checkbox' : 'radio'} name={group} checked={isChosen} onChange={onChange} />
    {children}
  </label>
)

interface SwitchProps<Value> {
  /** What the choices are about, for screen readers. */
  readonly label: string
  readonly choices: readonly { readonly value: Value; readonly label: string }[]
  readonly chosen: Value
  readonly onChoose: (value: Value) => void
}

/** A row of choices of which one is chosen. */
export const Switch = <Value,>({ label: legend, choices, chosen, onChoose }: SwitchProps<Value>) => (
  <fieldset class="switch">
    <legend class="visually-hidden">{legend}</legend>
    {choices.map(({ value, label }) => (
      <label key={label}>
        <input type="radio" name={legend} checked={value === chosen} onChange={() => onChoose(value)} />
        {label}
      </label>
    ))}
  </fieldset>
)

/** A list with an item added, or removed if it was there. */
export const toggled = <Item,>(items: readonly Item[], item: Item): readonly Item[] =>
  items.includes(item) ? items.filter((other) => other !== item) : [...items, item]
