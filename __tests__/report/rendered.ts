import { marked } from 'marked';

/** The page as HTML, by a renderer of GitHub-flavoured Markdown. */
export function toHtml(markdown: string): string {
  return marked.parse(markdown, { async: false, gfm: true });
}

/** The names of all elements of a page. */
export function elementsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name ?? ''));
}

/** What a reader sees of a page, without its elements. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, point: string) => String.fromCodePoint(Number(point)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .trim();
}
