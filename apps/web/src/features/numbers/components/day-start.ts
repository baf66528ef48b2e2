const dayMs = 86_400_000;

/** The instant at which a day begins in a zone: the first that its clocks call that day, also where midnight is skipped. */
export function dayStart(day: string, zone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const candidates = [midnight - dayMs, midnight, midnight + dayMs].map((near) => midnight - offsetAt(near, zone));
  const starts = candidates.filter((at) => dayAt(at, zone) === day && dayAt(at - 1, zone) < day);
  return new Date(starts[0] ?? (candidates.at(-1) as number)).toISOString();
}

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  } as const).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '00';
  return (
    Date.parse(`${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`) - Math.floor(at / 1000) * 1000
  );
}

function dayAt(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
}
