import type { NewApiKey, Role } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { client } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Fault, messageOf } from '../ui/notice.tsx'

const ROLES = [
  { role: 'read', what: 'reads, lists and searches' },
  { role: 'log', what: 'also creates runs and writes logs' },
  { role: 'admin', what: 'also deletes runs and manages keys' },
] as const satisfies readonly { role: Role; what: string }[]

const ROOT = { role: 'root', what: 'also manages the keys of other projects' } as const satisfies {
  role: Role
  what: string
}

interface CreateKeyProps {
  readonly isRoot: boolean
  readonly onClose: () => void
  readonly onMade: (key: NewApiKey) => void
}

export function CreateKey({ isRoot, onClose, onMade }: CreateKeyProps) {
  const [role, setRole] = useState<Role>('log')
  const [name, setName] = useState('')
  const [project, setProject] = useState('')
  const [expires, setExpires] = useState('')
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function create(): Promise<void> {
    setBusy(true)
    try {
      onMade(
        await client.peek().createKey({
          role,
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          ...(project.trim() === '' ? {} : { project: project.trim() }),
          ...(expires === '' ? {} : { expiresAt: new Date(expires) }),
        }),
      )
    } catch (error) {
      setFault(messageOf(error))
      setBusy(false)
    }
  }

  return (
    <Dialog title="New key" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void create()
        }}
      >
        <fieldset>
          <legend>Role</legend>
          {[...ROLES, ...(isRoot ? [ROOT] : [])].map(({ role: one, what }) => (
            <Choice key={one} group="role" isChosen={one === role} onChange={() => setRole(one)}>
              <b>{one}</b> <span class="dim">{what}</span>
            </Choice>
          ))}
        </fieldset>
        <label class="field">
          Name
          <input
            type="text"
            value={name}
            placeholder="trainer"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {isRoot && (
          <label class="field">
            Project
            <input
              type="text"
              value={project}
              placeholder="default"
              spellcheck={false}
              onInput={(event) => setProject(event.currentTarget.value)}
            />
          </label>
        )}
        <label class="field">
          Expires <span class="dim">(optional)</span>
          <input type="datetime-local" value={expires} onInput={(event) => setExpires(event.currentTarget.value)} />
        </label>
        <Fault text={fault} />
        <div class="actions">
          <Button label="Cancel" onClick={onClose} />
          <Button label={isBusy ? 'Creating…' : 'Create the key'} kind="main" type="submit" isDisabled={isBusy} />
        </div>
      </form>
    </Dialog>
  )
}
