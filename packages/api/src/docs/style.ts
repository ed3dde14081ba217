/** The style sheet, inlined because the page loads nothing. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: light-dark(#595959, #a6a6a6) }
html { background: light-dark(#ffffff, #16181d); color: light-dark(#1b1d22, #e8e9ec) }
a { color: light-dark(#0b57d0, #8ab4f8) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 1rem 1.5rem 4rem }
h1 { margin-bottom: 0 }
h2 { margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1.5rem }
h2 code { font-size: 1.05rem }
nav ul { list-style: none; padding: 0 }
.wide { overflow-x: auto; margin: .5rem 0 1rem }
table { border-collapse: collapse; width: 100%; min-width: 42rem }
pre { overflow-x: auto; margin: .25rem 0 1rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px }
.label { margin: 1rem 0 0; font-weight: 600 }
td { overflow-wrap: anywhere }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line) }
th { font-weight: 600 }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere }
pre code { overflow-wrap: normal }
.dim { color: var(--dim) }
`
