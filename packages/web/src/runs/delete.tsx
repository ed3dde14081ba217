import { RunNotFoundError } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { client } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Fault, messageOf } from '../ui/notice.tsx'
import { say } from '../ui/toast.tsx'

export interface DeleteDialogProps {
  readonly runs: readonly { readonly id: string; readonly name: string }[]
  readonly onClose: () => void
  /** Told which are gone, those too that somebody else had deleted. */
  readonly onDeleted: (ids: readonly string[]) => void
}

/** Asks before runs are deleted, and deletes them. */
export function DeleteDialog({ runs, onClose, onDeleted }: DeleteDialogProps) {
  const [done, setDone] = useState<number>()
  const [fault, setFault] = useState<string>()
  const title = runs.length === 1 ? 'Delete this run?' : `Delete ${runs.length} runs?`

  async function remove(): Promise<void> {
    const gone: string[] = []
    setFault(undefined)
    setDone(0)
    try {
      for (const { id } of runs) {
        await client
          .peek()
          .deleteRun(id)
          .catch((error: unknown) => {
            if (!(error instanceof RunNotFoundError)) throw error
          })
        gone.push(id)
        setDone(gone.length)
      }
      say(runs.length === 1 ? 'The run is deleted' : `${runs.length} runs are deleted`)
      onClose()
    } catch (error) {
      setFault(messageOf(error))
      setDone(undefined)
    }
    if (gone.length > 0) onDeleted(gone)
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <ul class="plain-list">
        {runs.map(({ id, name }) => (
          <li key={id}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
      <p>
        {runs.length === 1
          ? 'Its metadata, steps and histories go with it, for good. Its name is free again; its id is never used again.'
          : 'Their metadata, steps and histories go with them, for good. Their names are free again; their ids are never used again.'}
      </p>
      {done !== undefined && runs.length > 1 && <progress value={done} max={runs.length} aria-label="Deleted" />}
      <Fault text={fault} />
      <div class="actions">
        <Button label="Keep" onClick={onClose} />
        <Button
          label={done === undefined ? 'Delete for good' : 'Deleting…'}
          kind="danger"
          isDisabled={done !== undefined}
          onClick={() => void remove()}
        />
      </div>
    </Dialog>
  )
}
