/** A body is never a stream here. */
export type Content = string | Uint8Array<ArrayBuffer> | ArrayBuffer | null

/** The body of a request or a response, held in memory. */
export class Body {
  #content: Content
  #isUsed = false

  constructor(content: Content = null) {
    this.#content = content
  }

  /** The standard has a stream here, but it would only be read into memory again. */
  get body(): Content {
    return this.#content
  }

  get bodyUsed(): boolean {
    return this.#isUsed
  }

  async text(): Promise<string> {
    const content = this.#take()
    return typeof content === 'string' ? content : new TextDecoder().decode(content)
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const content = this.#take()
    if (content instanceof ArrayBuffer) return content
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }

  /** @throws TypeError if the body was read before */
  #take(): Exclude<Content, null> {
    if (this.#isUsed) throw new TypeError('Body is unusable: Body has already been read')
    this.#isUsed = this.#content !== null
    return this.#content ?? ''
  }
}
