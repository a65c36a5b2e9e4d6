/** A piece of a line of the guide: plain text, or text with a meaning. */
export type GuidePart =
  | string
  | { readonly kind: 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly page: string };

export type GuideLine = readonly GuidePart[];

/**
 * A paragraph of the guide as data: the window draws it from parts, never from markup. A picture is told by its name in
 * docs/guide/pictures, without ending.
 */
export type GuideBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly line: GuideLine }
  | { readonly kind: 'paragraph'; readonly line: GuideLine }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly GuideLine[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly head: readonly GuideLine[]; readonly rows: readonly (readonly GuideLine[])[] }
  | { readonly kind: 'picture'; readonly name: string; readonly text: string };

/** A line as text alone. */
export const plainText = (line: GuideLine): string =>
  line.map((part) => (typeof part === 'string' ? part : part.text)).join('');

/** All lines of a block, as a reader who searches sees them. */
export function guideLines(block: GuideBlock): readonly GuideLine[] {
  switch (block.kind) {
    case 'list':
      return block.items;
    case 'table':
      return [block.head, ...block.rows].flat();
    case 'code':
    case 'picture':
      return [[block.text]];
    default:
      return [block.line];
  }
}
