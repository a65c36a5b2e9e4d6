import { guideLines, plainText } from '../../shared/guide.ts';
import type { GuideBlock } from '../../shared/guide.ts';
import type { Language } from '../../shared/settings.ts';

/** A page of the guide, by the name of its file without ending. */
export interface GuidePage {
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly GuideBlock[];
}

/** A place of the guide where a sought text stands. */
export interface GuideHit {
  readonly page: string;
  readonly title: string;
  /** Index of the block in its page. */
  readonly block: number;
  readonly text: string;
}

const files = import.meta.glob<readonly GuideBlock[]>('../../docs/guide/*/*.md', { import: 'default' });
const pictures = import.meta.glob<string>('../../docs/guide/pictures/*.jpg', {
  eager: true,
  query: '?url',
  import: 'default',
});

/** Where the picture of that name lies; undefined where there is none. */
export const pictureUrl = (name: string): string | undefined => pictures[`../../docs/guide/pictures/${name}.jpg`];

/** All pages in that language, in their order. Rejects when the window's own files cannot be read. */
export async function readGuide(language: Language): Promise<GuidePage[]> {
  const folder = `../../docs/guide/${language}/`;
  const own = Object.keys(files)
    .filter((file) => file.startsWith(folder))
    .sort();
  return Promise.all(
    own.map(async (file) => {
      const blocks = (await files[file]?.()) ?? [];
      const heading = blocks.find((block) => block.kind === 'heading');
      return {
        name: file.slice(folder.length, -'.md'.length),
        title: heading ? plainText(heading.line) : '',
        blocks,
      };
    }),
  );
}

/** The lines of all pages that hold the text, in capitals or not; none for a text of blanks. */
export function searchGuide(pages: readonly GuidePage[], sought: string): GuideHit[] {
  const wanted = sought.trim().toLowerCase();
  if (wanted === '') return [];
  return pages.flatMap(({ name, title, blocks }) =>
    blocks.flatMap((block, index) =>
      guideLines(block)
        .map(plainText)
        .filter((text) => text.toLowerCase().includes(wanted))
        .map((text) => ({ page: name, title, block: index, text })),
    ),
  );
}
