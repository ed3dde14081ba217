import { useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Icon, Logo } from '../ui/icon.tsx'
import { Popover } from '../ui/popover.tsx'
import { Toast } from '../ui/toast.tsx'
import { address, href, hrefOfList } from './address.ts'
import { isLost, pending } from './connection.ts'
import { Help } from './help.tsx'
import { useKeys } from './keyboard.ts'
import { client, identifyKey, identity, isAdmin, signOut } from './session.ts'

/** Milliseconds before the progress bar appears. */
const SHOW_AFTER_MS = 500
/** Milliseconds between two checks whether a lost server is back. */
const RETRY_MS = 3000

/** A bar at the top while something takes longer than half a second. */
function Progress() {
  const [isShown, show] = useState(false)
  const isPending = pending.value > 0
  useEffect(() => {
    if (!isPending) return show(false)
    const timer = setTimeout(() => show(true), SHOW_AFTER_MS)
    return () => clearTimeout(timer)
  }, [isPending])
  return isShown ? <div class="progress" role="progressbar" aria-label="Loading" /> : null
}

function Offline() {
  const isLostNow = isLost.value
  useEffect(() => {
    if (!isLostNow) return
    const ask = () =>
      void client
        .peek()
        .listPipelineRuns({ pageSize: 1 })
        .first(1)
        .catch(() => undefined)
    const timer = setInterval(ask, RETRY_MS)
    return () => clearInterval(timer)
  }, [isLostNow])
  if (!isLostNow) return null
  return (
    <div class="warning-bar" role="alert">
      <Icon name="warning" /> The server does not respond. This page may be out of date; it updates when the server is
      back.
    </div>
  )
}

function Account() {
  const who = identity.value
  return (
    <Popover label={who === undefined ? 'Key' : who.name} icon="key">
      {() => (
        <div class="account">
          {who && (
            <dl class="facts">
              <dt>Key</dt>
              <dd>{who.name}</dd>
              {who.keyId && <dt>Id</dt>}
              {who.keyId && (
                <dd>
                  <code>{who.keyId}</code>
                </dd>
              )}
              <dt>Role</dt>
              <dd>{who.role}</dd>
              {who.project && <dt>Project</dt>}
              {who.project && <dd>{who.project}</dd>}
            </dl>
          )}
          <p class="dim small">Only this tab keeps the key, and only until you close it.</p>
          <Button label="Sign out" icon="out" onClick={signOut} />
        </div>
      )}
    </Popover>
  )
}

const current = (isCurrent: boolean) => (isCurrent ? ({ 'aria-current': 'page' } as const) : {})

/** The frame around every page after signing in. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const [isHelpShown, showHelp] = useState(false)
  useSignalEffect(() => {
    if (!isLost.value) void identifyKey()
  })
  useKeys({ '?': () => showHelp(true) })
  const [page = 'list'] = address.value.path
  return (
    <div class="shell">
      <Progress />
      <header class="top">
        <a class="brand" href={href([])} aria-label="runmeta: all runs">
          <Logo size={22} />
          <span>runmeta</span>
        </a>
        <nav aria-label="Pages">
          <a href={hrefOfList()} {...current(page === 'list' || page === 'runs')}>
            Runs
          </a>
          {isAdmin.value && (
            <a href={href(['keys'])} {...current(page === 'keys')}>
              Keys
            </a>
          )}
        </nav>
        <div class="spacer" />
        <button
          type="button"
          class="button quiet bare"
          aria-label="Keyboard and search help"
          title="Help (?)"
          onClick={() => showHelp(true)}
        >
          ?
        </button>
        <Account />
      </header>
      <Offline />
      <main id="main">{children}</main>
      {isHelpShown && <Help onClose={() => showHelp(false)} />}
      <Toast />
    </div>
  )
}
