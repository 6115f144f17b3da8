/** One line per phase on standard error, with the time since the command was started; standard output is for results. */
export function phasePrinter(startedAt: number): (what: string) => void {
  return (what) => {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`${seconds} s  ${what}\n`);
  };
}
