/** One series as columns, drawn by uPlot: no grid, no legend, a few names below. */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { tokenValue, useDrawnTheme } from '../theme.tsx';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 116;

type Shown = {
  /** What stands below each column, in order; all of one length. */
  readonly names: readonly string[];
  readonly values: readonly number[];
  /** In words what the chart shows. */
  readonly label: string;
};

/** The chart. Another theme or other names draw it anew, since both are read once. */
export function BarChart(shown: Shown) {
  return <Drawn key={`${useDrawnTheme()} ${shown.names.join()}`} {...shown} />;
}

function Drawn({ names, values, label }: Shown) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const first = useRef({ names, values });
  useEffect(() => {
    const holder = place.current;
    if (holder === null) return;
    const { names: below, values: now } = first.current;
    const drawn = new uPlot(optionsOf(below, holder.clientWidth), dataOf(now), holder);
    chart.current = drawn;
    const sized = new ResizeObserver(() =>
      drawn.setSize({ width: holder.clientWidth, height: HEIGHT }),
    );
    sized.observe(holder);
    return () => {
      sized.disconnect();
      drawn.destroy();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => chart.current?.setData(dataOf(values)), [values]);
  return <div ref={place} className="line-chart" role="img" aria-label={label} />;
}

function dataOf(values: readonly number[]): uPlot.AlignedData {
  return [values.map((_, at) => at), [...values]];
}

/** Room for a name, in pixels. */
const NAME_WIDTH = 46;
const WIDEST_COLUMN = 26;

function optionsOf(names: readonly string[], width: number): uPlot.Options {
  const qing = tokenValue('--qing');
  const columns = uPlot.paths.bars?.({ size: [0.62, WIDEST_COLUMN], radius: 0.12 });
  return {
    width: Math.max(width, 80),
    height: HEIGHT,
    padding: [8, 10, 0, 10],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [-0.6, names.length - 0.4] },
      y: { range: (_, __, max) => [0, Math.max(1, max)] },
    },
    axes: [
      {
        stroke: tokenValue('--ink-3'),
        font: `11px ${tokenValue('--font-ui')}`,
        size: 20,
        gap: 4,
        grid: { show: false },
        ticks: { show: false },
        splits: (drawn) => splitsOf(names.length, drawn.width),
        values: (_, splits) => splits.map((at) => names[at] ?? ''),
      },
      { show: false },
    ],
    series: [
      {},
      {
        stroke: qing,
        fill: qing,
        width: 0,
        points: { show: false },
        ...(columns === undefined ? {} : { paths: columns }),
      },
    ],
  };
}

/** Which columns have their names below: as many as fit, evenly. */
function splitsOf(count: number, width: number): number[] {
  const every = Math.max(1, Math.ceil((count * NAME_WIDTH) / Math.max(width, NAME_WIDTH)));
  return Array.from({ length: count }, (_, at) => at).filter((at) => at % every === 0);
}
