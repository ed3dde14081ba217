/** Replies are joined from JSON texts, so that values stay as they were logged. */

/** A member of an object. `json` is its value. */
export const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`

/** The member with the cursor of the next page, after others. Empty on the last page. */
export const nextMember = (cursor: string | undefined, name = 'next'): string =>
  cursor === undefined ? '' : `,${member(name, JSON.stringify(cursor))}`
