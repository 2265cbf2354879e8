import { describe, expect, test } from '@jest/globals';
import { parseTagName, type Tag } from '../../src/model/tag.ts';
import { holdersAmong, inWaves, withoutWaiting } from '../../src/selection/deletion-order.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A tag on the digest of one letter; a signature is named by the letter of its image. */
function tag(name: string, letter: string, multiArch = false): Tag {
  const parsed = parseTagName(name.replace(/^sig-(\w)$/, (_, of) => `sha256-${of.repeat(64)}.sig`));
  if (parsed === undefined) throw new Error(`${name} is no tag.`);
  return { name: parsed, digest: digest(letter), multiArch };
}

const [image, signature, second] = [tag('pr-1', 'a'), tag('sig-a', 'b'), tag('sig-b', 'c')];

describe('cosign tags are deleted', () => {
  test('after their image, and their own signatures after them', () => {
    expect(inWaves([second, signature, image])).toEqual([[image], [signature], [second]]);
    expect(inWaves([signature])).toEqual([[signature]]);
    expect(inWaves([])).toEqual([]);
  });

  test('in a long chain of signatures on signatures each by itself, and each is looked at a few times only', () => {
    const hex = (index: number) => index.toString(16).padStart(64, '0');
    let looks = 0;
    const chain = Array.from({ length: 2000 }, (_, index): Tag => {
      const name = parseTagName(index === 0 ? 'pr-1' : `sha256-${hex(index)}.sig`);
      if (name === undefined) throw new Error(`${index} makes no tag.`);
      return {
        get name() {
          looks += 1;
          return name;
        },
        digest: `sha256:${hex(index + 1)}`,
      };
    });
    expect(inWaves(chain)).toEqual(chain.map((one) => [one]));
    const before = looks;
    inWaves(chain);
    expect(looks - before).toBeLessThan(10 * chain.length);
  });

  test('also where one stands for itself', () => {
    const odd = tag('sig-d', 'd');
    expect(inWaves([odd, signature])).toEqual([[signature], [odd]]);
  });
});

describe('a cosign tag has to stay', () => {
  test('for a tag of its image, and for a multi-arch image that may hold it', () => {
    expect(holdersAmong([tag('pr-2', 'e'), image])(signature)).toBe('pr-1');
    expect(holdersAmong([tag('v1', 'f', true)])(signature)).toBe('v1');
    expect(holdersAmong([{ name: image.name }])(signature)).toBe('pr-1');
  });

  test('for no other tag, and no other tag for anything', () => {
    expect(holdersAmong([tag('pr-2', 'e')])(signature)).toBeUndefined();
    expect(holdersAmong([image])(tag('pr-3', 'a'))).toBeUndefined();
  });
});

test('cosign tags without their image wait for none', () => {
  expect(withoutWaiting([image, signature, second])).toEqual([image, second]);
  expect(withoutWaiting([tag('v1', 'f', true), second])).toEqual([tag('v1', 'f', true)]);
});
