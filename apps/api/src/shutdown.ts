/**
 * Bounds the end of a process (PLAT-13): asked to end, it finishes what it works on; what is not finished so many seconds later it lets go. The database
 * then rolls it back, and another process does it.
 */
export function endWithin(seconds: number): void {
  const hurry = () => {
    const giveUp = () => {
      console.error(`Not finished ${seconds} s after the request to end: what is left is handed back.`);
      process.exit(1);
    };
    setTimeout(giveUp, seconds * 1000).unref();
  };
  // Once: afterwards the signal ends the process in the usual way.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, hurry);
}
