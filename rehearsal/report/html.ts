import { html, page, type Markup } from '../../release';
import { count, seconds } from './format';
import { versionsOf, type Report } from './model';
import { about } from './page/about';
import { figures } from './page/figures';
import { mark } from './page/icons';
import { observed } from './page/observed';
import { style } from './page/style';
import { changedLists, checkList, playedTable, rollbackTable, stepTable, toolTable } from './page/tables';
import { drawer } from './plots/render';
import { verdict, type Verdict } from './verdict';

function badge({ ok, checks }: Verdict): Markup {
  const failed = checks.filter((check) => !check.ok).length;
  const words = ok ? `All ${checks.length} checks hold` : `${failed} of ${checks.length} checks failed`;
  return html`<div class="badge ${ok ? 'ok' : 'bad'}">${mark(ok)}${words}</div>`;
}

/** The numbers that most readers come for. */
function tiles(report: Report, { checks }: Verdict): Markup {
  const tile = (name: string, value: string, unit = '') =>
    html`<div class="tile">
      <dt>${name}</dt>
      <dd>${value}${unit ? html` <small>${unit}</small>` : ''}</dd>
    </div>`;
  const worst = (name: string, id: string, unit: string) => {
    const value = checks.find((check) => check.id === id)?.measured ?? 'not measured';
    return typeof value === 'number' ? tile(name, value.toFixed(2), unit) : tile(name, value);
  };
  return html`<dl class="tiles">
    ${[
      tile('Requests', count(report.totals.requests)),
      tile('Failed', count(report.totals.failures)),
      worst('Weight step', 'up-ratio', '× empty up'),
      worst('Rollback to zero', 'seconds-to-zero', 's'),
      tile('Whole run', seconds(report.seconds), 's'),
    ]}
  </dl>`;
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
  const body = html`<header class="top">
      <p class="eyebrow">Rehearsal of a release</p>
      <h1>${title}</h1>
      ${badge(result)}
      <p class="soft" style="margin-top:14px">${subtitle(report)}</p>
      ${tiles(report, result)}
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
  return page(`${title}, rehearsed`, style, body);
}
