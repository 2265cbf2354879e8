import type { Duration } from '../model/duration.ts';
import { InvalidInputError, quote } from '../model/errors.ts';
import type { Mode } from '../model/result.ts';
import { formatTime } from '../report/format.ts';
import { parseReport, type Report } from '../report/report-file.ts';
import { readReportFile } from '../runner/input-files.ts';
import type { InputReader } from '../runner/input-reader.ts';
import type { ApprovedPlan } from '../selection/rules.ts';

/** The run that is to carry a plan out. */
interface PlanTarget {
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly mode: Mode;
  /** Unix seconds. */
  readonly now: number;
  /** Where a relative path begins. */
  readonly folder: string;
}

/** A plan that seems to be made after it is carried out, by more than clocks differ, in seconds. */
const MOST_SKEW = 300;

/** Reads the inputs `plan` and `plan-max-age`; undefined where no plan is given, or it is refused. */
export function readApprovedPlan(reader: InputReader, target: PlanTarget): ApprovedPlan | undefined {
  const maxAge = reader.duration('plan-max-age', '24h');
  return reader.optional('plan', (path) => {
    const report = parseReport(readReportFile('plan', path, target.folder));
    const problem = whyUnfit(report, target) ?? (maxAge && whyOutOfDate(report, target, maxAge));
    if (problem !== undefined) throw new InvalidInputError(`The \`plan\` ${problem}.`);
    return new Map(
      report.repositories.map(({ repository, tags }) => {
        const selected = tags.filter(({ verdict }) => verdict === 'delete');
        return [repository, new Map(selected.map(({ name, digest }) => [name, digest]))];
      }),
    );
  });
}

const DOES: Readonly<Record<string, string>> = {
  delete: 'deletes tags',
  expire: 'lets tags expire',
  'never-expire': 'takes the expiration of tags away',
};

/** Why the report is not the plan of such a run. */
function whyUnfit(report: Report, { registry, mode }: PlanTarget): string | undefined {
  const { expireIn } = report;
  if (report.registry !== registry)
    return `is from ${quote(report.registry)}, but \`registry\` is ${registry}. Give the plan of the registry that is cleaned up`;
  if (!report.dryRun)
    return 'is from a run that was not a dry run. Give the report of a run with `dry-run: true`';
  if (report.mode !== mode.kind) {
    const does = Object.hasOwn(DOES, report.mode) ? DOES[report.mode] : `has the mode ${quote(report.mode)}`;
    return `${does}, and this run ${DOES[mode.kind]}. Set \`expire-in\` as in the dry run`;
  }
  if (mode.kind === 'expire' && expireIn?.seconds !== mode.seconds)
    return `lets tags expire in ${expireIn?.text ?? 'an unknown time'}, and \`expire-in\` is ${mode.duration}. Set \`expire-in\` as in the dry run`;
  if (report.finishedAt === undefined || report.stopped !== undefined || report.error !== undefined)
    return 'is from a dry run that failed or did not finish. Run it again';
  const [problem] = report.problems;
  return problem && `has a row that cannot be read: ${problem} Run the dry run again`;
}

function whyOutOfDate({ startedAt }: Report, { now }: PlanTarget, maxAge: Duration): string | undefined {
  const age = now - startedAt;
  const made = `was made at ${formatTime(startedAt)} UTC, which is`;
  if (age < -MOST_SKEW) return `${made} in the future. Check the clocks of the runners`;
  if (age > maxAge.seconds)
    return `${made} longer than ${maxAge.text} ago. Run the dry run again, or raise \`plan-max-age\``;
  return undefined;
}
