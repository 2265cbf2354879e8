import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  alert,
  code,
  codeBlock,
  escapeText,
  link,
  prose,
  repositoryPage,
  tagPage,
} from '../../src/report/markdown.ts';
import { forAny } from '../selection/runs.ts';
import { elementsOf, textOf, toHtml } from './results.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</td></tr></table><h1>x</h1>',
  '</details></summary>',
  'a|b|c',
  'a\\|b\\\\|c',
  '`code` ``more``',
  '**bold** __bold__ ~~gone~~ *it* _it_',
  '[link](https://evil.example)',
  '![image](https://evil.example/x.png)',
  'https://evil.example and www.evil.example and a@evil.example',
  '@octocat and @acme/team',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '1) item',
  '---',
  '===',
  '> quote',
  '[!WARNING]',
  '$x^2$ and $`x`$',
  '&lt;b&gt; &amp; &#60;',
  'one\ntwo\r\n\n# three',
  'a\u2028b\u0000c\u001b[31m',
  'right\u202eleft\u2066x',
  '[x]: https://evil.example',
  '<!-- comment',
  '``` fence',
  '~~~ fence',
  '    indented',
  ':---: | :---:',
];

/** Line breaks and invisible characters become spaces, and a mention gets an invisible space. */
function visible(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu, ' ')
    .trim();
}

const shown = (html: string) => textOf(html).replaceAll('\u200b', '').replace(/\s+/g, ' ').trim();
const squeezed = (text: string) => visible(text).replace(/\s+/g, ' ').trim();

function inTable(cell: string): string {
  return toHtml(`| A | B |\n| --- | --- |\n| ${cell} | end |\n`);
}

const TABLE = ['table', 'tbody', 'td', 'th', 'thead', 'tr'];

function expectInCell(cell: string, text: string, elements = TABLE): void {
  const html = inTable(cell);
  expect([...elementsOf(html)].toSorted()).toEqual(elements);
  expect(html.match(/<td>/g)).toHaveLength(2);
  expect(shown(html.replace(/^.*?<td>(.*?)<\/td>.*$/s, '$1'))).toBe(squeezed(text));
}

function expectShown(text: string): void {
  const html = toHtml(escapeText(text));
  expect([...elementsOf(html)]).toEqual(['p']);
  expect(shown(html)).toBe(squeezed(text));
  expectInCell(escapeText(text), text);
  expectInCell(code(text), text, ['code', ...TABLE]);
}

describe('text from outside', () => {
  test.each(HOSTILE)('%j is shown as it is: in a paragraph, in a table cell, and there as code', expectShown);

  const syntax = fc.constantFrom(...'\\`*_~[]()<>&|@$#-+=.:!\n 1aw/"\'', 'http://', 'www.', 'é', '😀');
  forAny(fc.string({ unit: syntax, minLength: 1, maxLength: 20 }))(
    'any text is shown as it is',
    (text) => {
      fc.pre(squeezed(text) !== '');
      expectShown(text);
    },
    3,
  );

  test('a sentence of ours keeps its marks, and what it quotes is shown as it is', () => {
    const html = toHtml(prose('Check `tags`: <b>"v*"</b> and `<i>` and a lone ` are *text*.'));
    expect(html).toBe(
      '<p>Check <code>tags</code>: &lt;b&gt;&quot;v*&quot;&lt;/b&gt; and <code>&lt;i&gt;</code> and a lone ` are *text*.</p>\n',
    );
  });

  test('an alert cannot be left by a line break', () => {
    expect(alert('warning', [prose('one\n\n# two'), prose('three')])).toBe(
      '> [!WARNING]\n> one # two\n>\n> three\n',
    );
  });

  test('a code block cannot be ended by its content', () => {
    expect(codeBlock('yaml', 'a: "```"')).toBe('````yaml\na: "```"\n````\n');
  });
});

describe("links to Quay's pages", () => {
  test('name the repository and the tag', () => {
    expect(repositoryPage('https://quay.io/', 'acme/web')).toBe('https://quay.io/repository/acme/web');
    expect(tagPage(repositoryPage('https://quay.io', 'acme/team/web'), 'pr-1')).toBe(
      'https://quay.io/repository/acme/team/web/tag/pr-1',
    );
  });

  test('encode whatever a name holds, so that the link does not end early', () => {
    const page = repositoryPage('https://quay.io', 'acme/we)b (x)\n"<>?#%');
    expect(page).toBe('https://quay.io/repository/acme/we%29b%20%28x%29%0A%22%3C%3E%3F%23%25');
    expect(toHtml(link('x', page))).toBe(`<p><a href="${page}">x</a></p>\n`);
  });
});
