/** GitHub could not be asked. The message says what failed, what was found and what to do. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
}
