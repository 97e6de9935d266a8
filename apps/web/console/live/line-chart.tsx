/** One series as a qing line with a tenth of fill, drawn by uPlot: no grid, no legend, the last point marked. */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { tokenValue, useDrawnTheme } from '../theme.tsx';
import 'uplot/dist/uPlot.min.css';

const HEIGHT = 104;

type Shown = {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly label: string;
};

/** The chart; `label` says in words what it shows. Another theme draws it anew, since its colours are read once. */
export function LineChart(shown: Shown) {
  return <Drawn key={useDrawnTheme()} {...shown} />;
}

function Drawn({ x, y, label }: Shown) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const data = useRef<uPlot.AlignedData>([[], []]);
  useEffect(() => {
    const holder = place.current;
    if (holder === null) return;
    const drawn = new uPlot(optionsOf(holder.clientWidth), data.current, holder);
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
  useEffect(() => {
    data.current = [[...x], [...y]];
    chart.current?.setData(data.current);
  }, [x, y]);
  return <div ref={place} className="line-chart" role="img" aria-label={label} />;
}

function optionsOf(width: number): uPlot.Options {
  const qing = tokenValue('--qing');
  const tick = { stroke: tokenValue('--ink-3'), font: `11px ${tokenValue('--font-ui')}` };
  return {
    width: Math.max(width, 80),
    height: HEIGHT,
    padding: [8, 18, 0, 14],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(4, max)] } },
    axes: [
      {
        ...tick,
        size: 20,
        gap: 4,
        space: 70,
        grid: { show: false },
        ticks: { show: false },
        values: (_, splits) => splits.map(clockOf),
      },
      { show: false },
    ],
    series: [
      {},
      {
        stroke: qing,
        width: 2,
        fill: `${qing}1a`,
        points: { show: true, filter: lastOnly, size: 8, fill: qing, stroke: qing },
      },
    ],
  };
}

/** Only the newest point stands out. */
function lastOnly(chart: uPlot): number[] {
  return [chart.data[0].length - 1];
}

/** An instant on the axis, in the world's local time. */
function clockOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', {
    timeZone: 'Asia/Shanghai',
    hour: '2-digit',
    minute: '2-digit',
  });
}
