/** Loaded into the API and the worker (`--import`): they end when the starter is gone, even after kill -9 of it. */
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), 10_000).unref();
});
process.channel?.unref();
