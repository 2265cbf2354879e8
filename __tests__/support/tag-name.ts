import { parseTagName, type TagName } from '../../src/model/tag.ts';

/** @throws Error for what no tag can be called */
export function tagName(text: string): TagName {
  const name = parseTagName(text);
  if (name === undefined) throw new Error(`${text} is no tag.`);
  return name;
}
