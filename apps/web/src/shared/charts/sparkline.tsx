interface SparklineProps {
  /** Oldest first. */
  values: number[];
  /** Read out instead of the line. */
  label: string;
}

const width = 240;
const height = 48;
const edge = 4;

/** A line without axes: where it came from and where it is. The table beside it has the numbers. */
export function Sparkline({ values, label }: SparklineProps) {
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const x = (n: number) => edge + (n / (values.length - 1)) * (width - 2 * edge);
  const y = (value: number) => height - edge - ((value - low) / span) * (height - 2 * edge);
  const points = values.map((value, n) => `${x(n).toFixed(1)},${y(value).toFixed(1)}`);
  const last = values.length - 1;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} className="wm-spark" role="img" aria-label={label}>
      <polyline points={points.join(' ')} fill="none" />
      <circle cx={x(last)} cy={y(values[last] as number)} r="3" />
    </svg>
  );
}
