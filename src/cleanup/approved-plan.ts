import { type Duration, parseDuration } from '../model/duration.ts';
import { InvalidInputError, quote } from '../model/errors.ts';
import type { Mode } from '../model/result.ts';
import { formatTime } from '../report/format.ts';
import { parseReport, type Report } from '../report/report-file.ts';
import type { InputReader } from '../runner/input-reader.ts';
import type { ApprovedPlan } from '../selection/rules.ts';

/** The run that is to carry a plan out. */
export interface PlanTarget {
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly mode: Mode;
  /** Unix seconds. */
  readonly now: number;
  readonly readFile: (path: string) => string;
}

const OLDEST = '24h';
/** A plan that seems to be made after it is carried out, by more than clocks differ, in seconds. */
const MOST_SKEW = 300;

/** Reads the inputs `plan` and `plan-max-age`; undefined where no plan is given, or it is refused. */
export function readApprovedPlan(reader: InputReader, target: PlanTarget): ApprovedPlan | undefined {
  const maxAge = reader.attempt('plan-max-age', () => parseDuration(reader.text('plan-max-age') || OLDEST));
  return reader.optional('plan', (path) => {
    const report = parseReport(target.readFile(path));
    refuseUnfit(report, target);
    if (maxAge) refuseStale(report, target, maxAge);
    return approvedPlan(report);
  });
}

/** @throws InvalidInputError where the report is not the plan of such a run */
function refuseUnfit(report: Report, target: PlanTarget): void {
  if (report.registry !== target.registry)
    throw refusal(
      `is from ${quote(report.registry)}, but \`registry\` is ${target.registry}. Give the plan of the registry that is cleaned up`,
    );
  if (!report.dryRun)
    throw refusal('is from a run that was not a dry run. Give the report of a run with `dry-run: true`');
  refuseOtherMode(report, target.mode);
  if (report.finishedAt === undefined || report.stopped !== undefined || report.error !== undefined)
    throw refusal('is from a dry run that failed or did not finish. Run it again');
  const [problem] = report.problems;
  if (problem !== undefined) throw refusal(`has a row that cannot be read: ${problem} Run the dry run again`);
}

const DOES = {
  delete: 'deletes tags',
  expire: 'lets tags expire',
  'never-expire': 'takes the expiration of tags away',
} as const;

function refuseOtherMode({ mode, expireIn }: Report, target: Mode): void {
  if (mode !== target.kind) {
    const does = isMode(mode) ? DOES[mode] : `has the mode ${quote(mode)}`;
    throw refusal(`${does}, and this run ${DOES[target.kind]}. Set \`expire-in\` as in the dry run`);
  }
  if (target.kind === 'expire' && expireIn?.seconds !== target.seconds)
    throw refusal(
      `lets tags expire in ${expireIn?.text ?? 'an unknown time'}, and \`expire-in\` is ${target.duration}. Set \`expire-in\` as in the dry run`,
    );
}

function isMode(mode: string): mode is Mode['kind'] {
  return Object.hasOwn(DOES, mode);
}

function refuseStale({ startedAt }: Report, { now }: PlanTarget, maxAge: Duration): void {
  const age = now - startedAt;
  const made = `${formatTime(startedAt)} UTC`;
  if (age < -MOST_SKEW)
    throw refusal(`was made at ${made}, which is in the future. Check the clocks of the runners`);
  if (age > maxAge.seconds)
    throw refusal(
      `was made at ${made}, which is longer than ${maxAge.text} ago. Run the dry run again, or raise \`plan-max-age\``,
    );
}

function refusal(what: string): InvalidInputError {
  return new InvalidInputError(`The \`plan\` ${what}.`);
}

function approvedPlan({ repositories }: Report): ApprovedPlan {
  return new Map(
    repositories.map(({ repository, tags }) => [
      repository,
      new Map(
        tags
          .filter(({ verdict }) => verdict === 'delete')
          .map(({ name, digest }): readonly [typeof name, string | undefined] => [name, digest]),
      ),
    ]),
  );
}
