import { render } from 'preact'
import { followAddress } from './app/address.ts'
import { App } from './app/app.tsx'
import { followFocus } from './app/focus.ts'
import { takeKeyFromAddress } from './app/session.ts'

// First, so that nothing else meets a key in the address.
takeKeyFromAddress()
addEventListener('hashchange', takeKeyFromAddress)
followFocus()
followAddress()

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
