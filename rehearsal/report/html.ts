import { badge, document, drawer, html, tiles, type Markup } from '../../release';
import { count, seconds } from './format';
import { versionsOf, type Report } from './model';
import { about } from './page/about';
import { figures } from './page/figures';
import { observed } from './page/observed';
import { changedLists, checkList, playedTable, rollbackTable, stepTable, toolTable } from './page/tables';
import { verdict, type Verdict } from './verdict';

function outcome({ ok, checks }: Verdict): Markup {
  const failed = checks.filter((check) => !check.ok).length;
  const words = ok ? `All ${checks.length} checks hold` : `${failed} of ${checks.length} checks failed`;
  return badge(ok ? 'pass' : 'fail', words);
}

/** The numbers that most readers come for. */
function figuresFirst(report: Report, { checks }: Verdict): Markup {
  const worst = (id: string) => {
    const value = checks.find((check) => check.id === id)?.measured ?? 'not measured';
    return typeof value === 'number' ? value.toFixed(2) : value;
  };
  return tiles([
    ['Requests', count(report.totals.requests)],
    ['Failed', count(report.totals.failures)],
    ['Weight step', worst('up-ratio'), '× empty up'],
    ['Rollback to zero', worst('seconds-to-zero'), 's'],
    ['Whole run', seconds(report.seconds), 's'],
  ]);
}

function subtitle(report: Report): string {
  const machine = report.machine;
  return [
    `${report.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    report.provider === 'official' ? 'official provider' : 'rehearsal’s provider',
    `${report.sidecars.kind} sidecars`,
    ...(machine ? [`${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}`] : []),
  ].join(' · ');
}

/**
 * One HTML page that holds everything: no script, nothing loaded from anywhere, drawings inline.
 * The content policy in it makes a browser keep to that, whatever text the report carries.
 */
export async function renderHtml(report: Report): Promise<string> {
  const draw = await drawer();
  const result = verdict(report);
  const seen = observed(report);
  const { stable, canary } = versionsOf(report);
  const title = `${report.service}: ${stable} to ${canary}`;
  const body = html`<header>
      <p class="eyebrow">Rehearsal of a release</p>
      <h1>${title}</h1>
      ${outcome(result)}
      <p class="soft" style="margin-top:14px">${subtitle(report)}</p>
      ${figuresFirst(report, result)}
    </header>
    <main>
      <section>
        <h2>Must hold</h2>
        <p class="soft">The worst value measured anywhere in the run, and its bound.</p>
        ${checkList(result.checks)}
      </section>
      <section>
        <h2>Steps</h2>
        <p class="soft">
          Each share is counted once the step has converged. The bar is the 95 % binomial interval of the
          weight, the dot the share.
        </p>
        ${stepTable(report)}
      </section>
      <section>
        <h2>Ways back</h2>
        ${rollbackTable(report)}
      </section>
      <section>
        <h2>Over time</h2>
        ${figures(report, draw)}
      </section>
      ${
        seen
          ? html`<section>
              <h2>Observed</h2>
              <p class="soft">
                What DataKit’s stand-in scraped and took in, by the very configuration that the program
                declares, beside what the load counted.
              </p>
              ${seen}
            </section>`
          : ''
      }
      <section>
        <h2>What each update changed</h2>
        ${changedLists(report)}
      </section>
      ${
        report.played?.length
          ? html`<section>
              <h2>What was played</h2>
              <p class="soft">No container ran. A stand-in took the place of each of these.</p>
              ${playedTable(report.played)}
            </section>`
          : ''
      }
      <section>
        <h2>What a rehearsal is</h2>
        <p class="soft">
          One machine, no cluster. The control plane and the proxies are the real ones; what they carry is
          not.
        </p>
        ${about(report)}
      </section>
      <section>
        <h2>Tools</h2>
        ${toolTable(report)}
      </section>
    </main>
    <footer>The same numbers for machines: report.json beside this page.</footer>`;
  return document({ title: `${title}, rehearsed`, body });
}
