import { access, constants, mkdir } from 'node:fs/promises'

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'is a file, not a directory',
  ENOTDIR: 'is below a file, not a directory',
  EACCES: 'may not be written to by this user',
  EPERM: 'may not be written to by this user',
  EROFS: 'is on a disk that is read-only',
  ENOSPC: 'is on a disk that is full',
  EDQUOT: 'is on a disk that is full for this user',
  EFBIG: 'may not have a file of this size',
}

/** Does something in the data directory. @throws Error that says, in words, why the system refuses. */
export async function within<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error
    const reason = REASONS[error.code] ?? 'cannot be used'
    throw new Error(`RUNMETA_DATA ${directory} ${reason} (${error.code})`, { cause: error })
  }
}

/** Makes the data directory where there is none, for its owner only. */
export async function openDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
}
