import { InvalidInputError } from '../model/errors.ts';
import type { Credentials } from '../quay/quay.ts';
import type { WorkflowEvent } from '../runner/event.ts';
import type { InputReader } from '../runner/input-reader.ts';

/** Whether nothing can be used in this run because a pull request of a fork or by Dependabot has no secrets. */
export function readWithoutSecrets(
  reader: InputReader,
  event: WorkflowEvent,
  dryRun: boolean,
): WorkflowEvent['withoutSecrets'] {
  const isGiven = reader.text('token') !== '' || reader.text('password') !== '';
  const isAnonymousDryRun = dryRun && reader.text('username') === '';
  return isGiven || isAnonymousDryRun || event.offersOidcToken ? undefined : event.withoutSecrets;
}

const THREE_WAYS =
  'Set `token` (an OAuth access token), or `username` and `password` (a robot account), or `username` alone with `permissions: id-token: write` (keyless).';

/** Reads how the run signs in. */
export function readCredentials(
  reader: InputReader,
  { host, dryRun }: { readonly host: string; readonly dryRun: boolean },
): Credentials {
  const token = reader.secret('token');
  const password = reader.secret('password');
  const username = reader.optional('username', parseRobotName);
  const audience = reader.optional('oidc-audience', parseAudience) ?? host;
  if (token && (username || password)) {
    reader.problem(
      `Both \`token\` and \`${username ? 'username' : 'password'}\` are given. Keep one kind of credential.`,
    );
  }
  if (token) return { kind: 'oauth', token };
  if (username && password) return { kind: 'robot', username, password };
  if (username) return { kind: 'oidc', username, audience };
  if (password && reader.text('username') === '')
    reader.problem(
      '`password` is given without `username`. Add the name of the robot account, such as `acme+ci`.',
    );
  else if (reader.text('username') === '' && !dryRun)
    reader.problem(
      `No credentials are given. ${THREE_WAYS} Check that the secret exists and is spelled as in the workflow; a pull request from a fork or by Dependabot has no secrets, and ends with a notice instead of this error. Only a dry run on a public repository works without credentials.`,
    );
  return { kind: 'anonymous' };
}

function parseRobotName(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]*\+[a-z0-9_-]+$/i.test(text)) return text;
  if (text.includes(':'))
    throw new InvalidInputError(
      '`username` contains a colon. Write the name of the robot account alone, such as `acme+ci`, and its token in `password`.',
      { namesInput: true },
    );
  throw new InvalidInputError(
    `\`username\` is ${JSON.stringify(text)}. Write a robot account with its namespace, such as \`acme+ci\`; a user account does not work here.`,
    { namesInput: true },
  );
}

function parseAudience(text: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return text;
  throw new InvalidInputError(
    "`oidc-audience` contains white space or unusual characters. Write the audience of the robot account's federation entry, such as `quay.io`.",
    { namesInput: true },
  );
}
