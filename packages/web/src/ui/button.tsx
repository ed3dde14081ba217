import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import { showToast } from './toast.tsx'

interface ButtonProps {
  readonly label: string
  readonly icon?: IconName
  readonly kind?: 'main' | 'danger' | 'quiet'
  /** Shows only the icon; the label becomes the accessible name and the tooltip. */
  readonly isBare?: boolean
  readonly isDisabled?: boolean
  readonly onClick?: () => void
  readonly type?: 'button' | 'submit'
  readonly children?: ComponentChildren
}

export const Button = ({ label, icon, kind, isBare, isDisabled, onClick, type = 'button', children }: ButtonProps) => (
  <button
    type={type}
    class={['button', kind, isBare === true && 'bare'].filter(Boolean).join(' ')}
    disabled={isDisabled}
    onClick={onClick}
    {...(isBare === true ? { 'aria-label': label, title: label } : {})}
  >
    {icon && <Icon name={icon} />}
    {isBare !== true && <span>{label}</span>}
    {children}
  </button>
)

/** `navigator.clipboard` is missing on pages served over plain http from another machine. */
async function toClipboard(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

interface CopyProps {
  readonly label: string
  readonly icon?: IconName
  /** Called on click, because a value may be large. */
  readonly text: () => string
}

export const Copy = ({ label, icon = 'copy', text }: CopyProps) => (
  <Button
    label={label}
    icon={icon}
    kind="quiet"
    isBare
    onClick={() =>
      void toClipboard(text()).then(
        () => showToast('Copied'),
        () => showToast('The browser did not allow copying'),
      )
    }
  />
)
