import { RunNotFoundError } from '@runmeta/sdk'
import { useState } from 'preact/hooks'
import { client } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Fault, messageOf } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'

interface DeleteDialogProps {
  readonly runs: readonly { readonly id: string; readonly name: string }[]
  readonly onClose: () => void
  /** Called with the ids of the runs that are gone, including those that somebody else had deleted. */
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
      showToast(runs.length === 1 ? 'The run is deleted' : `${runs.length} runs are deleted`)
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
        This also deletes all metadata, steps and histories, and cannot be undone.{' '}
        {runs.length === 1
          ? 'Another run may take the name, but none gets the same id.'
          : 'Other runs may take the names, but none gets the same id.'}
      </p>
      {done !== undefined && runs.length > 1 && <progress value={done} max={runs.length} aria-label="Deleted" />}
      <Fault text={fault} />
      <div class="actions">
        <Button label="Cancel" onClick={onClose} />
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
