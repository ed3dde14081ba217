import { createHash } from 'node:crypto'
import { html } from 'hono/html'
import { STYLE } from './style.ts'

/** The parts of an OpenAPI document that the page shows. */
export interface Document {
  readonly info: { readonly title: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly parameters: Readonly<Record<string, Parameter>>
  }
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly parameters?: readonly Reference[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
  readonly 'x-codeSamples'?: readonly { readonly source: string }[]
}

interface Reference {
  readonly $ref: string
}

type Content = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description: string
  readonly schema: Schema
}

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
}

type Html = ReturnType<typeof html>

const nameOf = ({ $ref }: Reference): string => $ref.slice($ref.lastIndexOf('/') + 1)
const anchorOf = (method: string, path: string): string => `${method}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`
const linkTo = (name: string): Html => html`<a href="#${name}"><code>${name}</code></a>`

/** Renders a description, with text in backticks as code. */
const prose = (text = ''): (Html | string)[] =>
  text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))

function kindOf(schema: Schema): Html | string {
  if (schema.$ref !== undefined) return linkTo(nameOf({ $ref: schema.$ref }))
  if (schema.enum !== undefined) return schema.enum.join(' | ')
  if (schema.const !== undefined) return String(schema.const)
  if (schema.anyOf !== undefined)
    return html`${schema.anyOf.map((option, at) => [at > 0 ? ' | ' : '', kindOf(option)])}`
  if (schema.items !== undefined) return html`list of ${kindOf(schema.items)}`
  if (typeof schema.additionalProperties === 'object')
    return html`object of ${kindOf(schema.additionalProperties)} by key`
  return [schema.type ?? 'any JSON value', schema.format].filter(Boolean).join(', ')
}

const contentOf = (content: Content | undefined): (Html | string)[] =>
  Object.values(content ?? {}).map(({ schema }) => kindOf(schema))

function fields(schema: Schema, prefix = ''): Html[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isRequired = schema.required?.includes(name) === true
    const row = html`<tr><td><code>${prefix}${name}</code></td><td>${kindOf(field)}</td>
      <td>${isRequired ? 'always' : 'optional'}</td><td>${prose(field.description)}</td></tr>`
    return [row, ...fields(field, `${prefix}${name}.`), ...fields(field.items ?? {}, `${prefix}${name}[].`)]
  })
}

/** A table that can be scrolled with the keyboard on a narrow screen. */
const table = (label: string, heads: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="wide" role="group" aria-label="${label}" tabindex="0"><table>
    <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>${rows}</table></div>`

const code = (label: string, id: string, text: string): Html =>
  html`<p class="label">${label}</p><pre role="group" aria-label="${label} of ${id}" tabindex="0"><code>${text}</code></pre>`

function parametersOf(parameters: readonly Parameter[], id: string): Html | string {
  if (parameters.length === 0) return ''
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) => html`<tr><td><code>${name}</code></td>
      <td>${place}${required ? '' : ', optional'}</td><td>${kindOf(schema)}</td><td>${prose(description)}</td></tr>`,
  )
  return table(`Parameters of ${id}`, ['Parameter', 'In', 'Kind', 'Means'], rows)
}

const isProblem = (content: Content | undefined): boolean => content?.['application/problem+json'] !== undefined

function operation({ components }: Document, path: string, method: string, call: Operation): Html {
  const { operationId: id, responses } = call
  const parameters = (call.parameters ?? []).flatMap((reference) => components.parameters[nameOf(reference)] ?? [])
  const replies = Object.entries(responses).map(
    ([status, { description, content }]) =>
      html`<tr><td>${status}</td><td>${prose(description)}</td><td>${contentOf(content)}</td></tr>`,
  )
  const samples = (call['x-codeSamples'] ?? []).map(({ source }) => code('Example', id, source))
  const shown = Object.values(responses)
    .filter(({ content }) => !isProblem(content))
    .flatMap(({ content }) => Object.values(content ?? {}))
    .flatMap(({ example }) => (example === undefined ? [] : [code('Reply', id, JSON.stringify(example, null, 2))]))
  return html`<h2 id="${anchorOf(method, path)}"><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${call.summary}. <span class="dim">${prose(call.description)}</span></p>
    ${parametersOf(parameters, id)}
    ${call.requestBody === undefined ? '' : html`<p>Takes ${contentOf(call.requestBody.content)}.</p>`}
    ${samples}${shown}
    ${table(`Replies of ${id}`, ['Status', 'Means', 'Body'], replies)}`
}

/** The alternatives of a schema, each as a table of its fields. */
function schemaOf(name: string, schema: Schema): Html {
  const forms = schema.anyOf ?? [schema]
  return html`<h2 id="${name}"><code>${name}</code></h2>
    <p>${prose(schema.description)}${forms.length > 1 ? ' One of these forms:' : ''}</p>
    ${forms.map((form, at) =>
      table(forms.length > 1 ? `${name}, form ${at + 1}` : name, ['Field', 'Kind', 'Present', 'Means'], fields(form)),
    )}`
}

/** The reference as one page that loads and runs nothing, and the content security policy that enforces this. */
export async function page(document: Document): Promise<{ text: string; policy: string }> {
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, call]) => ({ path, method, call })),
  )
  const style = `<style>${STYLE}</style>`
  const body = await html`<main><h1>${document.info.title}</h1>
    <p>${document.info.description} <a href="openapi.json">OpenAPI document</a></p>
    <nav><ul>${calls.map(({ path, method, call }) => html`<li><a href="#${anchorOf(method, path)}"><code>${method.toUpperCase()} ${path}</code></a> ${call.summary}</li>`)}</ul></nav>
    ${calls.map(({ path, method, call }) => operation(document, path, method, call))}
    ${Object.entries(document.components.schemas).map(([name, schema]) => schemaOf(name, schema))}</main>`
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>runmeta</title>${style}`
  const hash = createHash('sha256').update(STYLE).digest('base64')
  return {
    text: `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`,
    policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}
