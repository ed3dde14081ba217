/**
 * The `repository` of a manifest: a registry compares it with the provenance of the package. Known only in a workflow of
 * GitHub.
 */
export function repositoryOf(env: Readonly<Record<string, string | undefined>>): { repository?: object } {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name } = env
  return name === undefined ? {} : { repository: { type: 'git', url: `git+${server}/${name}.git` } }
}
