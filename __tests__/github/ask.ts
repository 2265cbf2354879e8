// Asks for branches and for an OIDC token in a process of its own, since proxies are read from its environment.
import { listBranches } from '../../src/github/branches.ts';
import { openGitHub } from '../../src/github/client.ts';
import { requestOidcToken } from '../../src/runner/oidc-token.ts';

const { signal } = new AbortController();
const answer = Number(process.env['ANSWER_MS'] ?? 500);
const github = openGitHub({
  token: 'secret-token',
  repository: { owner: 'acme', name: 'app' },
  apiUrl: process.env['GITHUB_API_URL'] ?? '',
  signal,
  limits: { answer, lost: 10 * answer, wait: 1000, unsaidWait: 1, backoff: 1 },
});
const branches = listBranches({ github }).then((names) => [...names].join());
const token = requestOidcToken({
  audience: 'quay.example',
  environment: process.env,
  signal,
  limits: { answer, backoff: 1 },
}).then(() => 'a token');
for (const asked of await Promise.allSettled([branches, token]))
  console.log(asked.status === 'fulfilled' ? asked.value : String(asked.reason));
// @actions/github keeps the connection to a proxy that never answered, and gives no way to end it.
process.exit();
