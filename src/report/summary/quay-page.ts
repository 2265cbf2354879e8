/**
 * The page of a repository in Quay's web interface.
 *
 * Source: https://github.com/quay/quay/blob/master/web/src/routes/NavigationPath.tsx
 *
 * @param registryUrl - the registry's origin
 * @param repository - `namespace/name`
 */
export function repositoryPage(registryUrl: string, repository: string): string {
  return `${registryUrl.replace(/\/$/, '')}/repository/${repository.split('/').map(encodeSegment).join('/')}`;
}

/** The page of a living tag; see {@link repositoryPage}. */
export function tagPage(registryUrl: string, repository: string, tag: string): string {
  return `${repositoryPage(registryUrl, repository)}/tag/${encodeSegment(tag)}`;
}

/** Encodes parentheses too, which would end a Markdown link. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[()']/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
