import { listOf } from './format.ts';

export interface Output {
  readonly name: string;
  readonly value: string;
}

export interface Outputs {
  readonly outputs: readonly Output[];
  /** What the outputs cannot tell, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * UTF-16 bytes that all outputs of a job may have together: GitHub's 1 MB.
 *
 * Source: https://github.com/github/docs/blob/main/data/reusables/actions/output-limitations.md
 */
const MAX_OUTPUT_BYTES = 1_000_000;
/** What is left of it to the counts, the report's path and the names of all outputs. */
const RESERVED_BYTES = 20_000;

/**
 * An array and a count for each name; both are empty where the array is unknown. While all are too large together, the
 * largest arrays are left empty.
 *
 * @param remedy - a sentence that says where else the tags are
 */
export function tagOutputs(
  arrays: Readonly<Record<string, readonly string[] | undefined>>,
  remedy: string,
): Outputs {
  const values = new Map(
    Object.entries(arrays).map(([name, tags]) => [name, tags ? JSON.stringify(tags) : '']),
  );
  const emptied = emptyLargest(values);
  const outputs = Object.entries(arrays).flatMap(([name, tags]) => [
    { name, value: values.get(name) ?? '' },
    { name: `${name}-count`, value: tags ? String(tags.length) : '' },
  ]);
  return { outputs, warnings: emptied.length === 0 ? [] : [`${tooLarge(emptied)} ${remedy}`] };
}

function emptyLargest(values: Map<string, string>): readonly string[] {
  const size = () => [...values.values()].reduce((sum, value) => sum + value.length * 2, 0);
  const emptied: string[] = [];
  while (size() > MAX_OUTPUT_BYTES - RESERVED_BYTES) {
    const [largest] = [...values].reduce((one, other) => (other[1].length > one[1].length ? other : one));
    values.set(largest, '');
    emptied.push(largest);
  }
  return emptied;
}

function tooLarge(names: readonly string[]): string {
  const quoted = listOf(names.map((name) => `\`${name}\``));
  const [outputs, are] = names.length === 1 ? ['output', 'is'] : ['outputs', 'are'];
  return `The ${outputs} ${quoted} ${are} empty, because GitHub accepts at most 1 MB; the counts are right.`;
}
