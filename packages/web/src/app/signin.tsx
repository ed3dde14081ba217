import { UnauthorizedError } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/icon.tsx'
import { isUnreachable, messageOf } from '../ui/notice.tsx'
import { refusal, signIn } from './session.ts'

function reasonOf(error: unknown): string {
  if (error instanceof UnauthorizedError)
    return 'The server refuses this key: it is wrong, has expired or was revoked. Paste another one.'
  if (isUnreachable(error)) return 'The server does not respond. Check that it is running, and try again.'
  return messageOf(error)
}

export function SignIn() {
  const [text, setText] = useState('')
  const [isBusy, setBusy] = useState(false)
  const fault = refusal.value
  async function submit(): Promise<void> {
    setBusy(true)
    refusal.value = await signIn(text).catch(reasonOf)
    setBusy(false)
  }
  return (
    <main class="signin" id="main">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <Logo size={44} />
        <h1>runmeta</h1>
        <label for="key">API key</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder="rmk_…"
          value={text}
          aria-invalid={fault !== undefined}
          aria-describedby="key-help"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Button
          label={isBusy ? 'Signing in…' : 'Sign in'}
          kind="main"
          type="submit"
          isDisabled={isBusy || text.trim() === ''}
        />
        <p id="key-help" class={fault === undefined ? 'dim' : 'fault'} role={fault === undefined ? undefined : 'alert'}>
          {fault ?? 'A key with the role read or higher. Only this tab keeps it, and only until you close it.'}
        </p>
        <p class="dim small">
          On one machine, the first start creates a root key in the file <code>.runmeta/key</code>.
        </p>
      </form>
    </main>
  )
}
