import type { Page } from 'playwright';

type StyleOfBox = Pick<
  CSSStyleDeclaration,
  'overflowX' | 'overflowY' | 'position' | 'transform' | 'contain' | 'textOverflow'
>;

/**
 * What of the uppermost dialog or menu, else of the page, somebody could not read or reach: controls that are cut off with no way to
 * scroll to them, that something lies over, text that is cut and neither ends in an ellipsis nor has a title, a window that scrolls.
 */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // The layout follows the size, and what draws by itself follows the layout.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const isShown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
    /** What of a style is asked for below, once an element: hundreds stand in the same boxes. */
    const styles = new Map<Element, StyleOfBox>();
    const styleOf = (element: Element): StyleOfBox => {
      const known = styles.get(element);
      if (known) return known;
      const { overflowX, overflowY, position, transform, contain, textOverflow } = getComputedStyle(element);
      const style = { overflowX, overflowY, position, transform, contain, textOverflow };
      styles.set(element, style);
      return style;
    };
    const covers = '.el-overlay, .el-popper, [role="dialog"]';
    const top = [...document.querySelectorAll(covers)].filter(isShown).at(-1) ?? document.body;
    const nameOf = (element: Element): string => {
      const { testid } = (element as HTMLElement).dataset;
      const words = element.getAttribute('aria-label') ?? element.textContent ?? '';
      return `${testid ?? `${element.tagName.toLowerCase()}.${String(element.className)}`} "${words.trim().slice(0, 40)}"`;
    };
    const scrolls = (element: Element): boolean => {
      const { overflowX, overflowY } = styleOf(element);
      return (
        (/auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight) ||
        (/auto|scroll/.test(overflowX) && element.scrollWidth > element.clientWidth)
      );
    };
    const clips = (element: Element): boolean => /hidden|clip|auto|scroll/.test(styleOf(element).overflowX);
    const faults: string[] = [];
    /** Boxes that cut an element off, from the inside out, as CSS has it: a box that is out of the flow leaves some of them. */
    const around = (element: Element): Element[] => {
      const boxes: Element[] = [];
      let isLoose = styleOf(element).position;
      for (let box = element.parentElement; box; box = box.parentElement) {
        const style = styleOf(box);
        const holds = isLoose === 'fixed' ? style.transform !== 'none' || style.contain.includes('strict') : true;
        const isPlaced = style.position !== 'static' || style.transform !== 'none';
        if (isLoose === 'fixed' && !holds) continue;
        if (isLoose === 'absolute' && !isPlaced) continue;
        boxes.push(box);
        isLoose = style.position;
      }
      return boxes;
    };
    const inside = (one: DOMRect, box: DOMRect): boolean =>
      one.left >= box.left - 2 && one.right <= box.right + 2 && one.top >= box.top - 2 && one.bottom <= box.bottom + 2;

    const moved: [Element, number, number][] = [];
    const controls = [...top.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], summary')].filter(
      (element) => isShown(element) && !element.closest('.visually-hidden, [aria-hidden="true"], .long-list'),
    );
    for (const control of controls) {
      const boxes = around(control);
      for (const box of boxes) {
        if (!scrolls(box)) continue;
        moved.push([box, box.scrollTop, box.scrollLeft]);
        const [one, outer] = [control.getBoundingClientRect(), box.getBoundingClientRect()];
        if (styleOf(box).overflowY !== 'hidden')
          box.scrollTop += (one.top + one.bottom) / 2 - (outer.top + outer.bottom) / 2;
        if (styleOf(box).overflowX !== 'hidden')
          box.scrollLeft += (one.left + one.right) / 2 - (outer.left + outer.right) / 2;
      }
      const place = control.getBoundingClientRect();
      const cut = boxes.find((box) => clips(box) && !inside(place, box.getBoundingClientRect()));
      const view = new DOMRect(0, 0, innerWidth, innerHeight);
      if (cut) faults.push(`cut off by ${nameOf(cut).slice(0, 60)}: ${nameOf(control)}`);
      else if (!inside(place, view)) faults.push(`outside the window: ${nameOf(control)}`);
      else {
        const hit = document.elementFromPoint((place.left + place.right) / 2, (place.top + place.bottom) / 2);
        const isHit =
          hit &&
          (control.contains(hit) || hit.contains(control) || hit.closest('label, .el-switch')?.contains(control));
        if (!isHit) faults.push(`below ${hit ? nameOf(hit) : 'nothing'}: ${nameOf(control)}`);
      }
      for (const [box, y, x] of moved.splice(0).toReversed()) [box.scrollTop, box.scrollLeft] = [y, x];
    }

    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || node.textContent?.trim() === '' || !isShown(parent)) continue;
      if (parent.closest('.visually-hidden, .off-screen, option, .long-list, textarea')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const place = range.getBoundingClientRect();
      if (place.width === 0) continue;
      for (const box of [parent, ...around(parent)]) {
        const style = styleOf(box);
        if (!/hidden|clip/.test(style.overflowX)) {
          if (/auto|scroll/.test(style.overflowX) || /auto|scroll/.test(style.overflowY)) break;
          continue;
        }
        const outer = box.getBoundingClientRect();
        const isToldElsewhere = style.textOverflow === 'ellipsis' || parent.closest('[title]') !== null;
        if (!isToldElsewhere && (place.right > outer.right + 3 || place.left < outer.left - 3))
          faults.push(
            `text cut at its side by ${nameOf(box).slice(0, 60)}: "${node.textContent?.trim().slice(0, 40)}"`,
          );
        if (place.bottom > outer.bottom + 4 || place.top < outer.top - 4)
          faults.push(
            `text cut in its height by ${nameOf(box).slice(0, 60)}: "${node.textContent?.trim().slice(0, 40)}"`,
          );
        if (style.textOverflow === 'ellipsis') break;
      }
    }
    const { documentElement: root } = document;
    const app = document.querySelector('#app');
    for (const one of [root, document.body, ...(app ? [app] : [])])
      if (one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight)
        faults.push(
          `the window scrolls: ${one.scrollWidth} × ${one.scrollHeight} in ${one.clientWidth} × ${one.clientHeight}`,
        );
    return [...new Set(faults)];
  });
}
