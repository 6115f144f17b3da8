import type pc from 'picocolors';
import type { Report } from './model';
import { lines, plainTable, shorten } from './terminal-table';

/** The workloads that stand-ins took the place of, with what could not be played: a block with an empty line after it. */
export function playedLines({ played }: Report, c: ReturnType<typeof pc.createColors>): string[] {
  if (!played?.length) return [];
  const table = plainTable(['left', 'right', 'left']);
  table.push(['Played', 'pods', 'speaks'].map((name) => c.dim(name)));
  for (const { workload, pods, ports, notes } of played) {
    const spoken = ports.map(({ port, protocol }) => `${port} ${protocol}`).join(', ');
    table.push([shorten(workload, 28), String(pods), shorten(spoken || 'nothing', 40)]);
    for (const note of notes) table.push(['', '', c.dim(shorten(note, 40))]);
  }
  return [...lines(table), ''];
}
