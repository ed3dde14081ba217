/** All of the page's looks: it loads nothing. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: light-dark(#595959, #a6a6a6) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 1rem 1.5rem 4rem }
h1 { margin-bottom: 0 }
h2 { margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1.5rem }
h2 code { font-size: 1.05rem }
nav ul { list-style: none; padding: 0 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
td { overflow-wrap: anywhere }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line) }
th { font-weight: 600 }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere }
.dim { color: var(--dim) }
`
