import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asString } from '../model/json.ts';
import type { Connection } from './quay.ts';
import { type Meaning, refuse } from './refusals.ts';
import { exchange, readClaims } from './v2.ts';

/** Exchanged passwords are valid for an hour; they are renewed a little before. */
const RENEW_AFTER_MS = 50 * 60 * 1000;

/**
 * Gives the robot account's short-lived password, exchanged at Quay for GitHub's OIDC token, and renews it in time. The account
 * needs a federation entry in Quay.
 *
 * @param requestOidcToken - rejects where the workflow may not have one
 */
export function keylessPassword(
  connection: Connection,
  username: string,
  requestOidcToken: () => Promise<string>,
): () => Promise<string> {
  let current: { readonly password: Promise<string>; readonly since: number } | undefined;
  return () => {
    const now = connection.clock.elapsed();
    if (!current || now - current.since > RENEW_AFTER_MS)
      current = { password: signIn(connection, username, requestOidcToken), since: now };
    return current.password;
  };
}

async function signIn(
  connection: Connection,
  username: string,
  requestOidcToken: () => Promise<string>,
): Promise<string> {
  const idToken = await requestOidcToken().catch((cause: unknown) => {
    // Whoever asks GitHub says what failed and what to do.
    throw cause instanceof ServiceError ? new CredentialRefusedError(cause.message, { cause }) : cause;
  });
  const { host, origin } = connection.registry;
  const url = new URL('/oauth2/federation/robot/token', origin);
  const asked = { host, doing: 'signing in', about: username, user: username };
  return exchange(connection, { url, user: username, password: idToken }, (answer) =>
    refuse(answer, asked, meaningsFor(username, idToken)),
  );
}

/** What a refusal means, with what this job sent and what stands against it. */
function meaningsFor(username: string, idToken: string): readonly Meaning[] {
  const { sub, aud, iss } = readClaims(idToken);
  const audience = Array.isArray(aud) ? aud.join(', ') : (asString(aud) ?? 'unknown');
  const sent = `This job sent subject \`${asString(sub) ?? 'unknown'}\`, audience \`${audience}\`, issuer \`${asString(iss) ?? 'unknown'}\`.`;
  const where = `in Quay under Robot Accounts → ${username} → Set robot federation`;
  const failed =
    (remedy: string): Meaning['text'] =>
    ({ host, status, quote }) =>
      `${host} did not accept GitHub's OIDC token for the robot account ${username} (${status})${quote}. ${remedy}`;
  const remedies = {
    no_federation: `The robot account has no federation yet: add an entry ${where}. ${sent}`,
    audience: `The audience differs from the one ${where}. ${sent} Set \`oidc-audience\`, or change the entry.`,
    subject: `The subject matches no entry ${where}. ${sent} Add an entry with exactly that subject; every trigger has its own.`,
  };
  return [
    {
      status: [404, 405],
      text: failed('Keyless sign-in needs Quay 3.13 or later. Set `password`, or use an OAuth `token`.'),
    },
    ...Object.entries(remedies).map(
      ([kind, remedy]): Meaning => ({ kind: [kind], isCredential: true, text: failed(remedy) }),
    ),
    { isCredential: true, text: failed(`${sent} Compare it with the entry ${where}.`) },
  ];
}
