import { document, drawer, figure, html, type Markup, table } from '../../../release';
import type { Bench, Role, SizeTiming, Spread } from '../model';
import { milliseconds, range, seconds, times } from './format';
import { growthPlot, phaseColour, phasesPlot, timingsHeight, timingsPlot } from './plots';

function timingsTable({ timings }: Bench): Markup {
  const head = ['Command', 'Seconds', 'Least–most', '× empty up', 'Least–most', 'Weight step is'];
  return table(
    head,
    timings.map(({ what, seconds: taken, timesEmpty, weightStepTimes }) => [
      what,
      seconds(taken.median),
      range(taken, seconds),
      times(timesEmpty.median),
      range(timesEmpty, times),
      `${times(weightStepTimes.median)} ×`,
    ]),
  );
}

function growthTable({ growth }: Bench): Markup {
  const row = (more: string, { services, resources, seconds: taken, timesEmpty }: SizeTiming) => [
    `${services}${more}`,
    String(resources),
    seconds(taken.median),
    range(taken, seconds),
    times(timesEmpty.median),
  ];
  return table(
    ['Services', 'Resources', 'Seconds', 'Least–most', '× empty up'],
    [
      ...growth.sizes.map((size) => row('', size)),
      ...growth.releaseAlone.map((size) => row(', the release in a stack of its own', size)),
    ],
  );
}

/** A column for each kind of update, a line for each role. */
function memoryTable({ memory = [] }: Bench): Markup {
  const roles = [...new Set(memory.flatMap(({ byRole }) => Object.keys(byRole) as Role[]))];
  const mib = (peak: Spread | undefined) =>
    peak === undefined ? '' : `${peak.median.toFixed(0)} (${range(peak, (value) => value.toFixed(0))})`;
  return table(
    ['Processes', ...memory.map(({ what }) => `${what}, MiB`)],
    [
      ...roles.map((role) => [role, ...memory.map(({ byRole }) => mib(byRole[role]))]),
      ['all at one moment', ...memory.map(({ whole }) => mib(whole))],
      ['that is, × empty', ...memory.map(({ timesEmpty }) => times(timesEmpty.median))],
    ],
  );
}

function phaseTable({ breakdown }: Bench): Markup {
  return table(
    ['Phase', 'Empty program, ms', 'Weight step, ms', 'More, ms'],
    breakdown.phases.map(({ what, empty, weightStep }) => [
      what,
      milliseconds(empty),
      milliseconds(weightStep),
      milliseconds(weightStep - empty),
    ]),
  );
}

function withinTable({ breakdown }: Bench): Markup {
  return table(
    ['Within a weight step', 'Milliseconds', 'How many'],
    breakdown.within.map(({ what, milliseconds: taken, count }) => [
      what,
      milliseconds(taken),
      String(count),
    ]),
  );
}

function machineLine({ machine, quick, startedAt }: Bench): string {
  const provider = machine.provider === 'official' ? 'official provider' : 'rehearsal’s provider';
  const where = `${machine.cores} cores of ${machine.model}, ${machine.memoryGiB} GiB, ${machine.platform}, Node.js ${machine.node}`;
  return `${startedAt.slice(0, 16).replace('T', ' ')} UTC · ${where} · ${provider}${quick ? ' · quick' : ''}`;
}

/** One page with everything in it, as the rehearsal's report is: no script, nothing loaded from anywhere. */
export async function renderPage(bench: Bench): Promise<string> {
  const draw = await drawer();
  const { growth } = bench;
  const [per, alone] = [growth.millisecondsPerService, growth.millisecondsPerServiceReleaseAlone];
  const body = html`<header>
      <p class="eyebrow">Benchmark</p>
      <h1>What a weight step costs</h1>
      <p class="soft">${machineLine(bench)}</p>
    </header>
    <main>
      <section>
        <h2>Beside each other</h2>
        <p class="soft">
          Medians of ${bench.timings[0]?.seconds.values.length ?? 0} rounds. In each round every command ran
          once, and is compared with the empty program’s update of that round.
        </p>
        ${timingsTable(bench)}
        ${figure({ title: 'Times an empty program’s up', note: 'The thin line is the least and the most of all rounds.', plot: draw(timingsPlot(bench), timingsHeight(bench)) })}
      </section>
      <section>
        <h2>With the size of the application</h2>
        <p class="soft">
          Each service that a step does not touch costs ${milliseconds(per.median)} ms
          (${range(per, milliseconds)}), and ${milliseconds(alone.median)} ms (${range(alone, milliseconds)})
          where the release has a stack of its own.
        </p>
        ${growthTable(bench)}
        ${figure({ title: 'A weight step by the services there are', note: 'Each repetition is a dot.', plot: draw(growthPlot(bench), 300) })}
      </section>
      ${
        bench.memory === undefined
          ? ''
          : html`<section>
              <h2>Memory</h2>
              <p class="soft">Peaks of the resident set; pages that two processes share count in both.</p>
              ${memoryTable(bench)}
            </section>`
      }
      <section>
        <h2>Where the time goes</h2>
        <p class="soft">
          By the engine’s own trace, medians of ${bench.breakdown.runs} updates of each kind.
        </p>
        ${phaseTable(bench)}
        ${figure({ title: 'Phases', note: 'One after the other, from the command’s start to its exit.', keys: bench.breakdown.phases.map(({ what }, index) => ({ name: what, colour: phaseColour(index) })), plot: draw(phasesPlot(bench), 170) })}
        <h3>Within</h3>
        ${withinTable(bench)}
      </section>
      <section>
        <h2>Tools</h2>
        ${table(['Tool', 'Version'], Object.entries(bench.machine.tools), 'words')}
      </section>
    </main>
    <footer>The same figures for machines: bench.json beside this page.</footer>`;
  return document({ title: 'What a weight step costs', body });
}
