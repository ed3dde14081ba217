import type { Key as ShownKey } from '@runmeta/schema/reply'
import { isEnough } from '@runmeta/schema/role'
import type { Context } from '../../context.ts'
import { KEY_INDEX_PK, keyIndexSkPrefix } from '../../table/keys.ts'
import type { IndexEntry } from '../../table/port.ts'
import { fromKeyItem, type StoredKey, shownKey } from './record.ts'

const PAGE_ENTRIES = 100

/** Whether the caller may see and revoke a key: it has the same project, and a role that the caller may grant. */
export const isInReach = ({ project, role }: Context, key: StoredKey): boolean =>
  isEnough(role, 'root') || (key.project === project && isEnough(role, key.role))

/** Lists the keys of the caller's project, or of all projects for root, newest first. A new key may take a second to appear. */
export async function list(context: Context): Promise<ShownKey[]> {
  const { table, project, role } = context
  const prefix = isEnough(role, 'root') ? '' : keyIndexSkPrefix(project)
  const keys: StoredKey[] = []
  let after: IndexEntry | undefined
  do {
    const page = await table.entries(KEY_INDEX_PK, { prefix, limit: PAGE_ENTRIES, ...(after && { after }) })
    keys.push(...(await table.getMany(page.entries)).map(fromKeyItem))
    after = page.next
  } while (after !== undefined)
  return keys
    .filter((key) => isInReach(context, key))
    .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt) || one.id.localeCompare(other.id))
    .map(shownKey)
}
