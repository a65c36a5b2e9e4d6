/** Whether this window stands on a Mac, whose commands are Cmd and not Ctrl. */
export const isMac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

/** Signs of keys on a Mac, in the order in which Apple writes them. */
const macSigns = { Alt: '⌥', Shift: '⇧', Ctrl: '⌘' } as const;
type Modifier = keyof typeof macSigns;

/** Keys, or a text with keys in it, as the platform writes them: `Ctrl+K` is `⌘K` on a Mac; Ctrl+Tab is the same key there. */
export function keysHere(text: string, onMac = isMac): string {
  if (!onMac || !/\b(?:Ctrl|Alt|Shift)\+/.test(text)) return text;
  return text.replace(/\b((?:(?:Ctrl|Alt|Shift)\+)+)(?=\S)(Tab\b)?/g, (_, modifiers: string, tab = '') => {
    const held = modifiers.split('+').filter((name): name is Modifier => name in macSigns);
    const signs = (Object.keys(macSigns) as Modifier[]).filter((name) => held.includes(name));
    return `${signs.map((name) => (tab !== '' && name === 'Ctrl' ? '⌃' : macSigns[name])).join('')}${tab}`;
  });
}

/** What tells a command from a letter: Cmd on a Mac, where Ctrl belongs to the editing of text, else Ctrl. */
export function isCommand(
  { ctrlKey, metaKey }: { readonly ctrlKey: boolean; readonly metaKey: boolean },
  onMac = isMac,
): boolean {
  return onMac ? metaKey && !ctrlKey : ctrlKey && !metaKey;
}
