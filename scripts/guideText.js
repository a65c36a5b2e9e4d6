// @ts-check
import path from 'node:path';
import { marked } from 'marked';

/** @typedef {import('../shared/guide.ts').GuideBlock} GuideBlock */
/** @typedef {import('../shared/guide.ts').GuidePart} GuidePart */
/** @typedef {import('marked').Token} Token */

/**
 * The blocks of a page of the guide. A page is written in a small part of Markdown; anything else is an error, so that
 * nothing gets lost on the way to the window.
 * @param {string} markdown
 * @returns {GuideBlock[]}
 */
export function guideBlocks(markdown) {
  return marked.lexer(markdown).flatMap((token) => (token.type === 'space' ? [] : [blockOf(token)]));
}

/** @param {Token} token @returns {GuideBlock} */
function blockOf(token) {
  switch (token.type) {
    case 'heading':
      if (token.depth > 2) break;
      return { kind: 'heading', level: token.depth === 1 ? 1 : 2, line: lineOf(token.tokens) };
    case 'paragraph': {
      const picture = token.tokens?.length === 1 && token.tokens[0]?.type === 'image' ? token.tokens[0] : undefined;
      if (picture) return { kind: 'picture', name: path.basename(picture.href, '.jpg'), text: picture.text };
      return { kind: 'paragraph', line: lineOf(token.tokens) };
    }
    case 'list':
      return {
        kind: 'list',
        isOrdered: token.ordered,
        items: token.items.map((/** @type {Token & { tokens: Token[] }} */ item) => lineOf(item.tokens)),
      };
    case 'code':
      return { kind: 'code', text: token.text };
    case 'table': {
      const row = (/** @type {{ tokens: Token[] }[]} */ cells) => cells.map(({ tokens }) => lineOf(tokens));
      return { kind: 'table', head: row(token.header), rows: token.rows.map(row) };
    }
  }
  throw new Error(`The guide has no ${token.type} of this kind: ${token.raw.split('\n', 1)[0]}`);
}

/** @param {Token[]} [tokens] @returns {GuidePart[]} */
function lineOf(tokens = []) {
  return tokens.flatMap((token) => {
    switch (token.type) {
      case 'text':
        // The text of an item of a list has its parts inside.
        return token.tokens ? lineOf(token.tokens) : [token.text.replace(/\s*\n\s*/g, ' ')];
      case 'paragraph':
        return lineOf(token.tokens);
      case 'escape':
        return [token.text];
      case 'codespan':
        return [{ kind: 'code', text: token.text }];
      case 'strong':
        return [{ kind: 'strong', text: token.text }];
      case 'link':
        return [{ kind: 'link', text: token.text, page: path.basename(token.href, '.md') }];
    }
    throw new Error(`The guide has no ${token.type} in a line: ${token.raw}`);
  });
}

/** Pages of the guide become data when the window is bundled. @returns {import('vite').Plugin} */
export function guideText() {
  return {
    name: 'guide-text',
    enforce: 'pre',
    transform: (text, id) =>
      /[\\/]docs[\\/]guide[\\/].*\.md$/.test(id)
        ? { code: `export default ${JSON.stringify(guideBlocks(text))};`, map: null }
        : undefined,
  };
}
