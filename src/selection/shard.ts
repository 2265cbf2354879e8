import { refusal } from '../model/errors.ts';

/** One of `count` shares, the first being 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MOST_SHARDS = 1000;

/**
 * Reads `2/8`.
 *
 * @throws InvalidInputError
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count && count <= MOST_SHARDS)
    return { index, count };
  const problem = `is not a valid shard. Write which of how many, such as \`2/8\`: from \`1/8\` to \`8/8\`, at most ${MOST_SHARDS}.`;
  throw refusal(text, problem);
}

/** Whether a repository (`namespace/name`) belongs to the shard: always to the same one of a count, whichever others there are. */
export function inShard(repository: string, { index, count }: Shard): boolean {
  return hashOf(repository) % count === index - 1;
}

/** FNV-1a of the UTF-16 code units, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  // The lower bits of similar texts are mixed with all others.
  return (hash ^ (hash >>> 15)) >>> 0;
}
