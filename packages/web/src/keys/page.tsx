import { type ApiKey, ForbiddenError, type NewApiKey } from '@runmeta/sdk'
import { useEffect, useState } from 'preact/hooks'
import { useLoad } from '../app/load.ts'
import { client, identity } from '../app/session.ts'
import { now } from '../app/time.ts'
import { Button, Copy } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Heading } from '../ui/heading.tsx'
import { Failure, Fault, HiddenHeading, messageOf, Notice, Skeleton } from '../ui/notice.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.tsx'
import { CreateKey } from './create.tsx'

/** The project's API keys: list, create, revoke. */
export function KeysPage() {
  const { value: keys, error, reload } = useLoad('keys', (signal) => client.peek().listKeys({ signal }))
  const [isCreating, setCreating] = useState(false)
  const [made, setMade] = useState<NewApiKey>()
  const [revoked, setRevoked] = useState<ApiKey>()
  useEffect(() => {
    document.title = 'Keys · runmeta'
  }, [])
  if (error instanceof ForbiddenError) {
    return (
      <HiddenHeading title="Keys">
        <Notice title="Keys are for admins" icon="key">
          <p>Sign in with an admin key to list, create and revoke keys.</p>
        </Notice>
      </HiddenHeading>
    )
  }
  if (error !== undefined && keys === undefined) {
    return (
      <HiddenHeading title="Keys">
        <Failure error={error} retry={reload} />
      </HiddenHeading>
    )
  }
  const isRoot = identity.value?.role === 'root'
  return (
    <div class="page keys-page">
      <header class="page-head">
        <Heading>Keys</Heading>
        <div class="spacer" />
        <Button label="New key" icon="plus" kind="main" onClick={() => setCreating(true)} />
      </header>
      {made && (
        <section class="new-key" aria-label="The new key">
          <h2>
            The key <bdi>{made.name}</bdi>
          </h2>
          <p>Copy it now: it is not shown again.</p>
          <div class="row">
            <code class="secret">{made.key}</code>
            <Copy label="Copy the key" text={() => made.key} />
            <Button label="Done" onClick={() => setMade(undefined)} />
          </div>
        </section>
      )}
      {keys === undefined && <Skeleton lines={6} />}
      {keys?.length === 0 && (
        <Notice title="No keys yet" icon="key">
          <p>Create one for each program that logs or reads, with the lowest role that it needs.</p>
        </Notice>
      )}
      {keys !== undefined && keys.length > 0 && (
        <section class="scroll-x" tabIndex={0} aria-label="Keys">
          <table class="keys-table">
            <thead>
              <tr>
                {['Name', 'Id', ...(isRoot ? ['Project'] : []), 'Role', 'Created', 'Expires'].map((name) => (
                  <th scope="col" key={name} class={['Name', 'Role'].includes(name) ? undefined : 'wide-only'}>
                    {name}
                  </th>
                ))}
                <th scope="col">
                  <span class="visually-hidden">Revoke</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.map((key) => (
                <tr key={key.id}>
                  <th scope="row" class="name">
                    <bdi>{key.name}</bdi>
                    {key.id === identity.value?.keyId && <span class="kind">yours</span>}
                    <span class="narrow-only dim small">
                      <code>{key.id}</code>
                    </span>
                    <span class="narrow-only dim small">
                      {isRoot && `${key.project} · `}expires <Expiry of={key} />
                    </span>
                  </th>
                  <td class="wide-only">
                    <code>{key.id}</code>
                  </td>
                  {isRoot && <td class="wide-only">{key.project}</td>}
                  <td>{key.role}</td>
                  <td class="wide-only">
                    <Time time={key.createdAt} />
                  </td>
                  <td class="wide-only">
                    <Expiry of={key} />
                  </td>
                  <td class="revoke">
                    <Button label="Revoke…" kind="danger" onClick={() => setRevoked(key)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {isCreating && (
        <CreateKey
          isRoot={isRoot}
          onClose={() => setCreating(false)}
          onMade={(key) => {
            setCreating(false)
            setMade(key)
            reload()
          }}
        />
      )}
      {revoked && (
        <Revoke
          apiKey={revoked}
          onClose={() => setRevoked(undefined)}
          onDone={() => {
            setRevoked(undefined)
            reload()
          }}
        />
      )}
    </div>
  )
}

const Expiry = ({ of: { expiresAt } }: { readonly of: ApiKey }) =>
  expiresAt === undefined ? (
    <span class="dim">never</span>
  ) : (
    <>
      <Time time={expiresAt} />
      {Date.parse(expiresAt) < now.value && <span class="fault"> expired</span>}
    </>
  )

interface RevokeProps {
  readonly apiKey: ApiKey
  readonly onClose: () => void
  readonly onDone: () => void
}

function Revoke({ apiKey, onClose, onDone }: RevokeProps) {
  const [fault, setFault] = useState<string>()
  async function revoke(): Promise<void> {
    try {
      await client.peek().revokeKey(apiKey.id)
      showToast('The key is revoked')
      onDone()
    } catch (error) {
      setFault(messageOf(error))
    }
  }
  return (
    <Dialog title="Revoke this key?" onClose={onClose}>
      <p>
        <bdi>{apiKey.name}</bdi> <code class="dim">{apiKey.id}</code>
      </p>
      <p>
        Within a minute, the server refuses this key and all run tokens created with it.
        {apiKey.id === identity.value?.keyId && ' You are using this key: you will be signed out.'}
      </p>
      <Fault text={fault} />
      <div class="actions">
        <Button label="Cancel" onClick={onClose} />
        <Button label="Revoke" kind="danger" onClick={() => void revoke()} />
      </div>
    </Dialog>
  )
}
