import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'is a file, not a directory',
  ENOTDIR: 'is below a file, not a directory',
  EACCES: 'cannot be written to by this user',
  EPERM: 'cannot be written to by this user',
  EROFS: 'is on a read-only disk',
  ENOENT: 'cannot be created there',
  ENOSPC: 'is on a full disk',
  EDQUOT: 'is on a disk whose quota is used up',
  EFBIG: 'cannot hold a file of this size',
}

/** The reasons that concern one file of the directory, with what to do. */
const OF_A_FILE: Readonly<Record<string, string>> = {
  EISDIR: 'is a directory, not a file (EISDIR); move it away',
  EACCES: 'cannot be read or written by this user (EACCES); check its owner and permissions',
  EPERM: 'cannot be read or written by this user (EPERM); check its owner and permissions',
}

/** Runs a function on the data directory. @throws Error that explains a system error in words. */
export async function within<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { code = '', path = '', syscall = '' }: NodeJS.ErrnoException = error
    const isFile = dirname(path) === resolve(directory) && /^(?:open|read)$/.test(syscall)
    const ofFile = isFile ? OF_A_FILE[code] : undefined
    if (ofFile !== undefined) throw new Error(`${path} ${ofFile}`, { cause: error })
    const reason = REASONS[code]
    if (reason === undefined) throw error
    throw new Error(`RUNMETA_DATA ${directory} ${reason} (${code}); set RUNMETA_DATA to another directory`, {
      cause: error,
    })
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )

/** Creates a directory level by level: Node's recursive `mkdir` never ends below /proc. */
async function createDirectory(directory: string): Promise<void> {
  if (await isThere(directory)) return
  await createDirectory(dirname(directory))
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Another server may start at the same moment.
    if (error.code !== 'EEXIST') throw error
  })
}

/** Creates the data directory if it is missing, for its owner only, and checks that it can be used. */
export async function openDirectory(directory: string): Promise<void> {
  await createDirectory(directory)
  if (!(await stat(directory)).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'EEXIST' })
  await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
}
