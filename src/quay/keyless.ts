import type { HttpClient } from '../http/client.ts';
import type { Clock } from '../model/clock.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asString, parseObject } from '../model/json.ts';
import type { Registry } from '../model/registry.ts';
import { type Meaning, refuse } from './refusals.ts';
import { readClaims } from './v2.ts';

/** What a keyless sign-in needs: a robot account with a federation entry in Quay, and GitHub's OIDC token. */
interface KeylessSignIn {
  readonly registry: Registry;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** The robot account, such as `acme+ci`. */
  readonly username: string;
  readonly audience: string;
  /** Asks GitHub for an OIDC token; rejects where the workflow may not have one. */
  readonly requestOidcToken: (audience: string) => Promise<string>;
  readonly maskSecret: (secret: string) => void;
}

/** Exchanged passwords are valid for an hour; they are renewed a little before. */
const RENEW_AFTER_MS = 50 * 60 * 1000;

/** Gives the robot account's short-lived password, exchanged at Quay for GitHub's OIDC token, and renews it in time. */
export function keylessPassword(signIn: KeylessSignIn): () => Promise<string> {
  let current: { readonly password: Promise<string>; readonly since: number } | undefined;
  return () => {
    const now = signIn.clock.elapsed();
    if (!current || now - current.since > RENEW_AFTER_MS)
      current = { password: exchange(signIn), since: now };
    return current.password;
  };
}

async function exchange(signIn: KeylessSignIn): Promise<string> {
  const { registry, http, username, audience, maskSecret } = signIn;
  const idToken = await signIn.requestOidcToken(audience).catch((cause: unknown) => {
    // Whoever asks GitHub says what failed and what to do.
    throw cause instanceof ServiceError ? new CredentialRefusedError(cause.message, { cause }) : cause;
  });
  maskSecret(idToken);
  const credentials = Buffer.from(`${username}:${idToken}`).toString('base64');
  maskSecret(credentials);
  const { host } = registry;
  const asked = { host, doing: 'signing in', about: username, user: username, changes: false };
  const password = await http.send<string>({
    method: 'GET',
    url: new URL('/oauth2/federation/robot/token', registry.origin),
    lane: 'other',
    headers: { authorization: `Basic ${credentials}` },
    read: (answer) => {
      const token = answer.status === 200 && asString(parseObject(answer.text)?.['token']);
      return token ? { value: token } : refuse(answer, asked, meaningsFor(username, idToken));
    },
  });
  maskSecret(password);
  return password;
}

/** What a refusal means, with what this job sent and what stands against it. */
function meaningsFor(username: string, idToken: string): readonly Meaning[] {
  const { sub, aud, iss } = readClaims(idToken) ?? {};
  const audience = Array.isArray(aud) ? aud.join(', ') : (asString(aud) ?? 'unknown');
  const sent = `This job sent subject \`${asString(sub) ?? 'unknown'}\`, audience \`${audience}\`, issuer \`${asString(iss) ?? 'unknown'}\`.`;
  const where = `in Quay under Robot Accounts → ${username} → Set robot federation`;
  const failed =
    (remedy: string): Meaning['text'] =>
    ({ host, status, quote }) =>
      `${host} did not accept GitHub's OIDC token for the robot account ${username} (${status})${quote}. ${remedy}`;
  const isCredential = true;
  return [
    {
      status: [404, 405],
      text: failed('Keyless sign-in needs Quay 3.13 or later. Set `password`, or use an OAuth `token`.'),
    },
    {
      kind: ['no_federation'],
      isCredential,
      text: failed(`The robot account has no federation yet: add an entry ${where}. ${sent}`),
    },
    {
      kind: ['audience'],
      isCredential,
      text: failed(
        `The audience differs from the one ${where}. ${sent} Set \`oidc-audience\`, or change the entry.`,
      ),
    },
    {
      kind: ['subject'],
      isCredential,
      text: failed(
        `The subject matches no entry ${where}. ${sent} Add an entry with exactly that subject; every trigger has its own.`,
      ),
    },
    { isCredential, text: failed(`${sent} Compare it with the entry ${where}.`) },
  ];
}
