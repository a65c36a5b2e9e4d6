import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onScopeDispose, ref, watch } from 'vue';
import type { Ref } from 'vue';

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
  watch(
    [box, theme, made],
    () => {
      drop();
      if (box.value) plot = new uPlot(options(box.value.clientWidth), data(), box.value);
    },
    { flush: 'post', immediate: true },
  );
  watch(data, (columns) => plot?.setData(columns), { flush: 'post' });

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
    resized.disconnect();
    repainted.disconnect();
    drop();
  });
}
