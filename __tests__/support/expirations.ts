import type { QuaySimulator } from './quay/simulator.ts';

export const HOUR = 3600;
export const DAY = 86_400;
export const now = () => Math.floor(Date.now() / 1000);

/** When a tag of `acme/web` ends, in Unix seconds. */
export const endOf = (quay: QuaySimulator, tag: string) => quay.row('acme/web', tag)?.['end_ts'];

/** The tags for which an expiration was asked, in order. */
export const putsOf = (quay: QuaySimulator) =>
  quay.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));

interface ReportedTag {
  readonly name: string;
  readonly reason: string;
  readonly outcome: string | null;
  readonly expiration: string | null;
}

/** A tag of the first repository, as a report has it. */
export function reportedExpiry(report: string | undefined, name: string): ReportedTag | undefined {
  const tags: readonly ReportedTag[] = JSON.parse(report ?? '').repositories[0].tags;
  return tags.find((tag) => tag.name === name);
}

/** A server that lets no tag live longer than so many seconds after it was pushed: it answers, and sets an earlier end. */
export function boundLife(quay: QuaySimulator, seconds: number): void {
  quay.onRequest((request) => {
    if (request.method !== 'PUT') return;
    const tag = request.path.split('/').at(-1) ?? '';
    const start = Number(quay.row('acme/web', tag)?.['start_ts']);
    const { expiration } = JSON.parse(request.body);
    const bounded = Math.min(Number(expiration), start + seconds);
    if (bounded <= now()) {
      quay.fault({ method: 'PUT', times: 1, fault: { kind: 'status', status: 201, body: '"Updated"' } });
      quay.remove('acme/web', tag);
    } else Object.assign(request, { body: JSON.stringify({ expiration: bounded }) });
  });
}
