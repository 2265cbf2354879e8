import { code, InvalidInputError, refusal } from '../../model/errors.ts';

/** The lines of an input that say something, each once: trimmed, without blank ones and without comments. */
export function meaningfulLines(text: string): readonly string[] {
  const lines = text.split(/\r\n?|\n/).map((line) => line.replace(/(?<!\S)#.*$/s, '').trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

/**
 * Reads every line of inputs, also after one that `parse` refuses with an InvalidInputError. A line such as `- pr-*`, which people
 * know from YAML, is refused for all of them.
 *
 * @param inputs - their texts, by name
 * @param problem - what is wrong besides
 * @throws AggregateError of every InvalidInputError, each with the name of its input
 */
export function readLines<Input extends string, T>(
  inputs: Readonly<Record<Input, string>>,
  parse: (line: string, input: Input) => T,
  problem?: string | false,
): readonly T[] {
  const values: T[] = [];
  const problems = problem ? [new InvalidInputError(problem, { namesInput: true })] : [];
  for (const input of Object.keys(inputs) as Input[]) {
    for (const line of meaningfulLines(inputs[input])) {
      try {
        refuseDash(line);
        values.push(parse(line, input));
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        const { message, cause } = error;
        problems.push(new InvalidInputError(`\`${input}\`: ${message}`, { cause, namesInput: true }));
      }
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, 'Some lines are not valid.');
  return values;
}

function refuseDash(line: string): void {
  const item = /^-\s+(.+)$/s.exec(line)?.[1];
  if (item === undefined) return;
  throw refusal(line, `begins with a dash, as in a YAML list. Write ${code(item)}, without the dash.`);
}
