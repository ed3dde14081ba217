import type { Value } from '@runmeta/sdk'
import { Copy } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { visible } from '../value/inline.tsx'
import { clipboardText, kindOf, pointerOf } from '../value/value.ts'
import { View } from '../value/view.tsx'

interface CardProps {
  readonly name: string
  readonly value: Value
  /** The address of the key's history. */
  readonly link: string
}

/** A key and its latest value. */
export const Card = ({ name, value, link }: CardProps) => (
  <article class="card" data-kind={kindOf(value)} aria-label={name}>
    <header>
      <h3>
        <a href={link} title={`History of ${name}`}>
          <bdi>{visible(name)}</bdi>
        </a>
      </h3>
      <span class="kind">{kindOf(value)}</span>
      <span class="card-tools">
        <Copy label="Copy the value" text={() => clipboardText(value)} />
        <Copy label="Copy the pointer" icon="pointer" text={() => pointerOf([name])} />
        <a class="button quiet bare" href={link} aria-label={`History of ${name}`} title="History">
          <Icon name="history" />
        </a>
      </span>
    </header>
    <div class="card-body">
      <View value={value} />
    </div>
  </article>
)
