/** Instants as the clock on a wall of the organisation's zone shows them, `YYYY-MM-DDTHH:MM`: what fields for day and time hold. */
export function wallTime(at: string | null, zone: string): string {
  return at === null ? '' : shownAt(Date.parse(at), zone);
}

/** The instant at which that clock shows the text. Where the hour comes twice, the first; where it is skipped, the same time after the gap. */
export function instantOf(text: string, zone: string): string | null {
  if (text === '') return null;
  const wanted = Date.parse(`${text.slice(0, 16)}:00Z`);
  if (Number.isNaN(wanted)) return text; // the server says what is wrong with it
  const offsets = [wanted - dayMs, wanted + dayMs].map((near) => Date.parse(`${shownAt(near, zone)}:00Z`) - near);
  const instants = offsets.map((offset) => wanted - offset).sort((a, b) => a - b);
  const fits = instants.find((instant) => shownAt(instant, zone) === text.slice(0, 16));
  return new Date(fits ?? (instants.at(-1) as number)).toISOString();
}

const dayMs = 86_400_000;

function shownAt(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' } as const).formatToParts(
    at,
  );
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}
