import { asString, parseObject } from '../../model/json.ts';
import { errorText, notQuay } from '../answers.ts';
import { CredentialRefusedError, QuayError } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../http/client.ts';
import type { Registry } from '../registry.ts';
import { readClaims } from './jwt.ts';

/** What a keyless sign-in needs: a robot account with a federation entry in Quay, and GitHub's OIDC token. */
interface KeylessSignIn {
  readonly registry: Registry;
  readonly http: HttpClient;
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
    const now = performance.now();
    if (!current || now - current.since > RENEW_AFTER_MS)
      current = { password: exchange(signIn), since: now };
    return current.password;
  };
}

async function exchange(signIn: KeylessSignIn): Promise<string> {
  const { registry, http, username, audience } = signIn;
  const idToken = await signIn.requestOidcToken(audience).catch((cause: unknown) => {
    // Whoever asks GitHub says what failed and what to do.
    throw new CredentialRefusedError(cause instanceof Error ? cause.message : String(cause), { cause });
  });
  signIn.maskSecret(idToken);
  const credentials = Buffer.from(`${username}:${idToken}`).toString('base64');
  signIn.maskSecret(credentials);
  const response = await http.send({
    method: 'GET',
    url: new URL('/oauth2/federation/robot/token', registry.origin),
    lane: 'other',
    headers: { authorization: `Basic ${credentials}` },
  });
  if (response.status !== 200) throw refused(signIn, idToken, response);
  const password = asString(parseObject(response.text)?.['token']);
  if (!password) throw notQuay(registry.host, response);
  signIn.maskSecret(password);
  return password;
}

function refused({ registry, username }: KeylessSignIn, idToken: string, response: HttpResponse): QuayError {
  const said = errorText(response);
  const claims = readClaims(idToken) ?? {};
  const sent = `subject \`${asString(claims['sub']) ?? 'unknown'}\`, audience \`${audienceText(claims['aud'])}\`, issuer \`${asString(claims['iss']) ?? 'unknown'}\``;
  const where = `in Quay under Robot Accounts → ${username} → Set robot federation`;
  const failed = `${registry.host} did not accept GitHub's OIDC token for the robot account ${username} (${response.status})${said}.`;
  if (/does not have federated login/i.test(said)) {
    return new CredentialRefusedError(
      `${failed} The robot account has no federation yet: add an entry ${where}. This job sent ${sent}.`,
    );
  }
  if (/audience/i.test(said)) {
    return new CredentialRefusedError(
      `${failed} The audience differs from the one ${where}. This job sent ${sent}. Set \`oidc-audience\`, or change the entry.`,
    );
  }
  if (/does not match robot/i.test(said)) {
    return new CredentialRefusedError(
      `${failed} The subject matches no entry ${where}. This job sent ${sent}. Add an entry with exactly that subject; every trigger has its own.`,
    );
  }
  if (response.status === 404 || response.status === 405) {
    return new QuayError(
      `${failed} Keyless sign-in needs Quay 3.13 or later. Set \`password\`, or use an OAuth \`token\`.`,
    );
  }
  return new CredentialRefusedError(`${failed} This job sent ${sent}. Compare it with the entry ${where}.`);
}

function audienceText(audience: unknown): string {
  return Array.isArray(audience) ? audience.join(', ') : (asString(audience) ?? 'unknown');
}
