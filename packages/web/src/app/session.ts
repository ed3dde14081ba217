import { computed, signal } from '@preact/signals'
import { Client, ForbiddenError, type Role } from '@runmeta/sdk'
import { showToast } from '../ui/toast.tsx'
import { observedFetch } from './connection.ts'

const STORAGE_KEY = 'runmeta.key'

/** The owner of the key, as far as the API reveals it. */
interface Identity {
  readonly name: string
  /** Between `rmk_` and the second `_` of the key. */
  readonly keyId: string | undefined
  readonly role: Role
  readonly project: string | undefined
}

/** The key of this tab. It exists only in the tab's storage and in the header of requests. */
export const key = signal(sessionStorage.getItem(STORAGE_KEY) ?? undefined)
export const identity = signal<Identity | undefined>(undefined)
/** Why the session ended, or a key was refused. */
export const refusal = signal<string | undefined>(undefined)

export const isAdmin = computed(() => identity.value?.role === 'admin' || identity.value?.role === 'root')

/** The only characters that a key, and a header, may contain. */
const KEY_CHARACTERS = /^[\x21-\x7e]+$/

const ENDPOINT = new URL('.', `${location.origin}${location.pathname}`).href.replace(/\/$/, '')

const clientOf = (apiKey: string): Client =>
  new Client({
    url: ENDPOINT,
    apiKey,
    numbers: 'literal',
    fetch: observedFetch(() => {
      if (key.peek() === apiKey) refuse('The server refuses this key: it is wrong, has expired or was revoked.')
    }),
    // Few retries: a person waits, and the page shows that the server is lost.
    retries: 1,
    timeout: 20_000,
    totalTimeout: 30_000,
  })

/** The client of the API, with the key of this tab. */
export const client = computed(() => clientOf(key.value ?? 'none'))

function refuse(why: string): void {
  signOut()
  refusal.value = why
}

export function signOut(): void {
  sessionStorage.removeItem(STORAGE_KEY)
  key.value = undefined
  identity.value = undefined
  refusal.value = undefined
}

/** Why a text is no API key. */
function faultOf(text: string): string | undefined {
  if (!KEY_CHARACTERS.test(text)) return 'A key looks like rmk_… and contains no spaces; paste all of it.'
  if (text.startsWith('rmt_')) return 'This is a run token, which can only log to one run. Paste an API key.'
  return undefined
}

/** Signs in with a pasted key. @returns the reason if the key is refused */
export async function signIn(text: string): Promise<string | undefined> {
  const given = text.trim()
  const fault = faultOf(given)
  if (fault !== undefined) return fault
  const found = await identify(clientOf(given), given)
  sessionStorage.setItem(STORAGE_KEY, given)
  refusal.value = undefined
  identity.value = found
  key.value = given
  return undefined
}

/** Finds out the owner of the key. Admins may list the keys; for others the error names their role. */
async function identify(caller: Client, given: string): Promise<Identity> {
  const keyId = /^rmk_([0-9a-z]+)_/.exec(given)?.[1]
  try {
    const own = (await caller.listKeys()).find(({ id }) => id === keyId)
    return own === undefined
      ? { name: 'root key', keyId: undefined, role: 'root', project: 'default' }
      : { name: own.name, keyId, role: own.role, project: own.project }
  } catch (error) {
    if (!(error instanceof ForbiddenError)) throw error
    const role = /the role (log|read)\b/.exec(error.message.split(';').at(-1) ?? '')?.[1] === 'log' ? 'log' : 'read'
    return { name: `key ${keyId ?? ''}`.trim(), keyId, role, project: undefined }
  }
}

/** Identifies the stored key when the page is shown. */
export async function identifyKey(): Promise<void> {
  const given = key.peek()
  if (given === undefined || identity.peek() !== undefined) return
  try {
    const found = await identify(client.peek(), given)
    if (key.peek() === given) identity.value = found
  } catch {
    // A refused key has already ended the session. A lost server is shown, and called again when it is back.
  }
}

/** Removes the key from an address such as `/#key=rmk_…`, before other code can see it. */
export function takeKeyFromAddress(): void {
  if (!location.hash.startsWith('#key=')) return
  const given = location.hash.slice('#key='.length)
  history.replaceState(null, '', location.pathname + location.search)
  let text = given
  try {
    text = decodeURIComponent(given)
  } catch {
    // Not encoded: use the text as it is.
  }
  const fault = faultOf(text)
  if (fault !== undefined) {
    if (key.peek() === undefined) refusal.value = fault
    else showToast(fault)
    return
  }
  sessionStorage.setItem(STORAGE_KEY, text)
  identity.value = undefined
  refusal.value = undefined
  key.value = text
}
