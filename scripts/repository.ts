/**
 * Where the sources are, for a manifest: provenance says that a package was built there, and a registry compares both. Known
 * only where a workflow of GitHub packs.
 */
export function repositoryOf(env: Readonly<Record<string, string | undefined>>): { repository?: object } {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name } = env
  return name === undefined ? {} : { repository: { type: 'git', url: `git+${server}/${name}.git` } }
}
