import { createHash } from 'node:crypto'
import { html } from 'hono/html'
import { STYLE } from './style.ts'

/** The part of an OpenAPI document that the page shows. */
export interface Document {
  readonly info: { readonly title: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly parameters: Readonly<Record<string, Parameter>>
  }
}

interface Operation {
  readonly summary: string
  readonly description: string
  readonly parameters?: readonly Reference[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}

interface Reference {
  readonly $ref: string
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Parameter {
  readonly name: string
  readonly in: string
  readonly description: string
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

/** A description, its words in backticks as code. */
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

function operation({ components }: Document, path: string, method: string, call: Operation): Html {
  const parameters = (call.parameters ?? []).flatMap((reference) => components.parameters[nameOf(reference)] ?? [])
  return html`<h2 id="${anchorOf(method, path)}"><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${call.summary}. <span class="dim">${prose(call.description)}</span></p>
    ${parameters.map(({ name, in: place, description }) => html`<p><code>${name}</code> <span class="dim">(${place})</span> ${prose(description)}</p>`)}
    ${call.requestBody === undefined ? '' : html`<p>Takes ${contentOf(call.requestBody.content)}.</p>`}
    <table><tr><th>Status</th><th>Means</th><th>Body</th></tr>
    ${Object.entries(call.responses).map(([status, { description, content }]) => {
      const isRefusal = status === 'default'
      return html`<tr><td>${isRefusal ? '4xx, 5xx' : status}</td><td>${isRefusal ? 'Refused.' : prose(description)}</td>
        <td>${isRefusal ? linkTo('Problem') : contentOf(content)}</td></tr>`
    })}</table>`
}

/** The reference as one page that loads nothing and runs nothing, and the policy that holds it to that. */
export async function page(document: Document): Promise<{ text: string; policy: string }> {
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, call]) => ({ path, method, call })),
  )
  const style = `<style>${STYLE}</style>`
  const body = await html`<h1>${document.info.title}</h1>
    <p>${document.info.description} <a href="openapi.json">OpenAPI document</a></p>
    <nav><ul>${calls.map(({ path, method, call }) => html`<li><a href="#${anchorOf(method, path)}"><code>${method.toUpperCase()} ${path}</code></a> ${call.summary}</li>`)}</ul></nav>
    ${calls.map(({ path, method, call }) => operation(document, path, method, call))}
    ${Object.entries(document.components.schemas).map(
      ([name, schema]) => html`<h2 id="${name}"><code>${name}</code></h2>
        <p>${prose(schema.description)}</p>
        ${(schema.anyOf ?? [schema]).map(
          (form, at) => html`${at > 0 ? html`<p>or</p>` : ''}
            <table><tr><th>Field</th><th>Kind</th><th></th><th></th></tr>${fields(form)}</table>`,
        )}`,
    )}`
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>runmeta</title>${style}`
  const hash = createHash('sha256').update(STYLE).digest('base64')
  return {
    text: `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`,
    policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}
