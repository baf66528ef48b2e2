import { describe, expect, it } from '@jest/globals';
import { palette } from './palette.js';

type Rgb = [number, number, number];

const linear = (hex: string): Rgb =>
  [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as Rgb;

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira, Fernandes 2009, full severity, on linear RGB. */
const sights: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function oklab(rgb: Rgb): Rgb {
  const times = (matrix: number[][], v: Rgb) =>
    matrix.map((row) => (row[0] as number) * v[0] + (row[1] as number) * v[1] + (row[2] as number) * v[2]) as Rgb;
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms.map((x) => Math.cbrt(x)) as Rgb,
  );
}

function distance(a: string, b: string, sight: string): number {
  const see = (hex: string) => {
    const rgb = linear(hex);
    return oklab((sights[sight] as number[][]).map((row) => Math.min(1, Math.max(0, row[0]! * rgb[0] + row[1]! * rgb[1] + row[2]! * rgb[2]))) as Rgb);
  };
  const [x, y] = [see(a), see(b)];
  return 100 * Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

const sets = { status: ['on-track', 'at-risk', 'behind', 'exceeded', 'none'], gate: ['passed', 'upcoming', 'warn', 'restrict', 'lock'] };

describe.each(['light', 'dark'] as const)('the %s palette', (name) => {
  it('WEB-06 (these pages) every mark has at least 3:1 on its surface', () => {
    const low = Object.entries(palette[name]).filter(([, color]) => contrast(color, palette.surface[name]) < 3);
    expect(low).toEqual([]);
    expect(Object.keys(palette[name])).toHaveLength(10);
  });

  it.each(Object.entries(sets))('WEB-06 (these pages) %s colours stay apart for every kind of colour vision', (_set, members) => {
    const close: string[] = [];
    for (const sight of Object.keys(sights))
      members.forEach((a, i) =>
        members.slice(i + 1).forEach((b) => {
          const apart = distance(palette[name][a] as string, palette[name][b] as string, sight);
          if (apart < 11) close.push(`${sight}: ${a} and ${b} are ${apart.toFixed(1)} apart`);
        }),
      );
    expect(close).toEqual([]);
  });
});
