import type { AnswerTo, HttpClient, Reading } from '../http/client.ts';
import type { Clock } from '../model/clock.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import { asString, parseObject } from '../model/json.ts';
import type { Registry } from '../model/registry.ts';
import { notQuay, quoteRefusal, readRefusal } from './answers.ts';
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
  const password = await http.send<string>({
    method: 'GET',
    url: new URL('/oauth2/federation/robot/token', registry.origin),
    lane: 'other',
    headers: { authorization: `Basic ${credentials}` },
    read: (answer) => read(answer, signIn, idToken),
  });
  maskSecret(password);
  return password;
}

function read(answer: AnswerTo, { registry, username }: KeylessSignIn, idToken: string): Reading<string> {
  const { status, text } = answer;
  if (status === 200) {
    const password = asString(parseObject(text)?.['token']);
    return password ? { value: password } : { refusal: notQuay(registry.host, answer), again: true };
  }
  const refusal = readRefusal(answer);
  const { sub, aud, iss } = readClaims(idToken) ?? {};
  const audience = Array.isArray(aud) ? aud.join(', ') : (asString(aud) ?? 'unknown');
  const sent = `This job sent subject \`${asString(sub) ?? 'unknown'}\`, audience \`${audience}\`, issuer \`${asString(iss) ?? 'unknown'}\`.`;
  const where = `in Quay under Robot Accounts → ${username} → Set robot federation`;
  const failed = `${registry.host} did not accept GitHub's OIDC token for the robot account ${username} (${status})${quoteRefusal(refusal)}.`;
  if (status === 404 || status === 405) {
    const remedy = 'Keyless sign-in needs Quay 3.13 or later. Set `password`, or use an OAuth `token`.';
    return { refusal: new ServiceError(`${failed} ${remedy}`) };
  }
  return { refusal: new CredentialRefusedError(`${failed} ${remedyFor(refusal.kind, where, sent)}`) };
}

function remedyFor(kind: string | undefined, where: string, sent: string): string {
  switch (kind) {
    case 'no_federation':
      return `The robot account has no federation yet: add an entry ${where}. ${sent}`;
    case 'audience':
      return `The audience differs from the one ${where}. ${sent} Set \`oidc-audience\`, or change the entry.`;
    case 'subject':
      return `The subject matches no entry ${where}. ${sent} Add an entry with exactly that subject; every trigger has its own.`;
    default:
      return `${sent} Compare it with the entry ${where}.`;
  }
}
