import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onScopeDispose, ref, watch } from 'vue';
import type { Ref } from 'vue';
import { paceOf } from './pace.ts';

/** A chart of uPlot in a box of the page. */
export interface PlotParts {
  readonly box: Readonly<Ref<HTMLElement | null>>;
  readonly height: number;
  readonly options: (width: number) => uPlot.Options;
  readonly data: () => uPlot.AlignedData;
  /** What the options depend on, beside the theme: when it changes the chart is made anew. */
  readonly made: () => string;
  readonly onDrop?: () => void;
}

/** A colour or a size of the theme that holds now. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Keeps a chart in the box: with its data, as wide as the box, in the colours of the theme. */
export function usePlot({ box, height, options, data, made, onDrop }: PlotParts): void {
  const theme = ref(0);
  let plot: uPlot | undefined;
  const drop = (): void => {
    plot?.destroy();
    plot = undefined;
    onDrop?.();
  };
  // Colours and letters are taken over when it is made, so another theme makes another one.
  const make = (): void => {
    drop();
    if (box.value) plot = new uPlot(options(box.value.clientWidth), data(), box.value);
  };
  watch([box, theme], make, { flush: 'post', immediate: true });
  // State comes thirty times a second from a busy line; who looks at a chart sees no more than a few of them.
  const remake = paceOf(make, DRAW_EVERY_MS);
  const redraw = paceOf(() => plot?.setData(data()), DRAW_EVERY_MS);
  watch(made, () => remake.ask(), { flush: 'post' });
  watch(data, () => redraw.ask(), { flush: 'post' });

  const resized = new ResizeObserver(([entry]) => plot?.setSize({ width: entry?.contentRect.width ?? 0, height }));
  watch(
    box,
    (now, before) => {
      if (before) resized.unobserve(before);
      if (now) resized.observe(now);
    },
    { immediate: true },
  );
  const repainted = new MutationObserver(() => theme.value++);
  repainted.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  onScopeDispose(() => {
    remake.stop();
    redraw.stop();
    resized.disconnect();
    repainted.disconnect();
    drop();
  });
}

const DRAW_EVERY_MS = 500;
