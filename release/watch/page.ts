import { binomialInterval } from '../gates';
import { milliseconds, percent } from '../gates/words';
import { badge, document, drawer, figure, gauge, html, mark, Markup, table } from '../page';
import { timeline } from '../report/html';
import { errorPlot, latencyPlot, sharePlot } from '../report/plots';
import { verdictWords } from '../report/words';
import { watchStyle } from './style';
import { type CheckNow, shareNow, type TrackStep, type VersionNow, type WatchView } from './view';

/** The parts of the page that change, by the id of the element that holds them. */
export type Parts = Readonly<Record<'standing' | 'track' | 'versions' | 'gate' | 'plots' | 'events', string>>;

const stateWords: Readonly<Record<TrackStep['state'], string>> = {
  done: 'taken',
  here: 'here',
  ahead: 'to come',
  left: 'rolled back',
};

const track = ({ track: steps }: WatchView): Markup =>
  html`<ol class="track">
    ${steps.map(
      ({ name, state }) =>
        html`<li class="${state}" ${state === 'here' ? html` aria-current="step"` : ''}>
          <i>${state === 'done' ? mark('pass') : state === 'left' ? mark('fail') : ''}</i
          ><b>${/^\d+$/.test(name) ? `${name} %` : name}</b><small>${stateWords[state]}</small>
        </li>`,
    )}
  </ol>`;

const standing = ({ kind, standing: words, why, holder, at, links, unknown }: WatchView): Markup =>
  html`<p class="now">${badge(kind, words)}<span>${why}</span></p>
    <p class="soft">
      ${holder === undefined ? 'No command runs' : holder} · ${at.slice(0, 19).replace('T', ' ')}
      UTC${links.map(
        ({ name, href }) => html` · <a href="${href}" rel="noreferrer noopener" target="_blank">${name}</a>`,
      )}
    </p>
    ${unknown.map((each) => html`<p class="open">${mark('open')} not known: ${each}</p>`)}`;

const integer = new Intl.NumberFormat('en-GB');

function versionRow(view: WatchView, version: VersionNow) {
  const { role, name, weight, requests, errors, quantileMs, pods } = version;
  const seen = shareNow(view.versions);
  // The weight at which was counted; after a rollback it is no longer the one that runs.
  const watched = view.course.steps.at(-1)?.weight;
  const isCanary = role === 'canary';
  const share = seen === undefined ? undefined : isCanary ? seen.share : 1 - seen.share;
  const interval =
    seen === undefined || watched === undefined
      ? undefined
      : binomialInterval(watched / 100, seen.total, 0.95);
  return [
    html`<span class="version ${role}"><i></i>${name} <small>${role}</small></span>`,
    weight === undefined ? '–' : `${weight} %`,
    share === undefined
      ? '–'
      : html`${percent(share)}${isCanary && interval !== undefined ? html` ${gauge(share, interval)}` : ''}`,
    requests === undefined ? '–' : integer.format(requests),
    requests === undefined || errors === undefined || requests === 0
      ? '–'
      : html`${percent(errors / requests)} <small>${integer.format(errors)}</small>`,
    quantileMs === undefined ? '–' : milliseconds(quantileMs),
    pods === undefined
      ? '–'
      : html`<span class="${pods.ready < pods.wanted ? 'fail' : 'same'}"
          >${pods.ready} of ${pods.wanted} ready</span
        >`,
  ];
}

function versions(view: WatchView): Markup {
  const quantile = view.gate?.quantile;
  const latency = quantile === undefined ? 'Latency' : `p${Number((quantile * 100).toFixed(2))}`;
  return html`<h2>Versions</h2>
    ${table(
      ['Version', 'Weight', 'Share measured', 'Requests', 'Errors', latency, 'Pods'],
      view.versions.map((version) => versionRow(view, version)),
    )}`;
}

const checkNames: Readonly<Record<string, string>> = {
  evidence: 'Evidence',
  health: 'Health',
  sample: 'Requests',
  unattributed: 'Without version',
  errorCeiling: 'Errors, ceiling',
  errorsAgainstStable: 'Errors, against stable',
  latencyCeiling: 'Latency, ceiling',
  latencyAgainstStable: 'Latency, against stable',
  share: 'Share',
  pods: 'Pods',
};

const verdictKind = { pass: 'pass', fail: 'fail', inconclusive: 'open', notApplicable: 'open' } as const;

function balance(check: CheckNow): Markup | string {
  const { against = 0, towards = 0 } = check.evidence;
  const words = `${percent(against)} of the way to being rolled back, ${percent(towards)} of the way to a pass`;
  return html`<span class="balance" role="img" aria-label="${words}" title="${words}"
    ><i class="against" style="width:${(against * 50).toFixed(1)}%"></i
    ><i class="towards" style="width:${(towards * 50).toFixed(1)}%"></i
  ></span>`;
}

function gate({ gate: now }: WatchView): Markup {
  if (now === undefined)
    return html`<h2>Gate</h2>
      <p class="soft">No step is being watched.</p>`;
  const applicable = now.checks.filter(({ verdict }) => verdict !== 'notApplicable');
  const others = now.checks.filter(({ verdict }) => verdict === 'notApplicable');
  return html`<h2>Gate</h2>
    <p class="soft">${now.looks} looks, ${now.counts}. ${now.source}</p>
    <div class="bar" role="img" aria-label="${percent(now.elapsed)} of the time that a step is watched">
      <i style="width:${(now.elapsed * 100).toFixed(1)}%"></i>
    </div>
    <div class="ends" aria-hidden="true"><span>← rolls back</span><span>passes →</span></div>
    <ul class="evidence">
      ${applicable.map(
        (check) =>
          html`<li class="${check.verdict}" title="${check.rule}">
            ${mark(verdictKind[check.verdict])}<b>${checkNames[check.id] ?? check.id}</b>${balance(check)}<span
              >${check.verdict === 'pass' ? '' : `${verdictWords[check.verdict]}: `}${check.finding}</span
            >
          </li>`,
      )}
    </ul>
    ${
      others.length === 0
        ? ''
        : html`<p class="soft">
            Not at this step: ${others.map(({ id }) => checkNames[id] ?? id).join(', ')}.
          </p>`
    }`;
}

const PLOT_HEIGHT = 230;

async function plots({ course, stable, canary }: WatchView): Promise<Markup> {
  if (!course.steps.some((step) => (step.gate?.points.length ?? 0) > 0)) {
    return html`<p class="soft">Nothing was counted yet.</p>`;
  }
  const draw = await drawer();
  const both = [
    { name: stable, colour: 'stable', shape: 'line' },
    { name: canary, colour: 'canary', shape: 'line' },
  ] as const;
  const bound = { name: 'bound', colour: 'failure', shape: 'dash' } as const;
  const all = [
    figure({
      id: 'share',
      title: 'Weight and share',
      keys: [
        { name: 'asked', colour: 'ink', shape: 'dash' },
        { name: 'measured', colour: 'canary', shape: 'line' },
        { name: '95 %', colour: 'axis', shape: 'line' },
      ],
      plot: draw(sharePlot(course), PLOT_HEIGHT),
      compact: true,
    }),
    figure({
      id: 'errors',
      title: 'Errors',
      keys: [...both, bound],
      plot: draw(errorPlot(course), PLOT_HEIGHT),
      compact: true,
    }),
    figure({
      id: 'latency',
      title: 'Latency',
      keys: [...both, bound],
      plot: draw(latencyPlot(course), PLOT_HEIGHT),
      compact: true,
    }),
  ];
  return html`<div class="three">${all}</div>`;
}

/** More of them would only be scrolled past; a report has all. */
const MOST_EVENTS = 60;

const events = ({ events: all }: WatchView): Markup =>
  html`<h2>Events</h2>
    ${
      all.length === 0
        ? html`<p class="soft">None is known: the command runs elsewhere, or none ran on this machine.</p>`
        : timeline([...all].reverse().slice(0, MOST_EVENTS))
    }`;

/** What changes on the page, drawn anew. */
export async function parts(view: WatchView): Promise<Parts> {
  return {
    standing: standing(view).text,
    track: track(view).text,
    versions: versions(view).text,
    gate: gate(view).text,
    plots: (await plots(view)).text,
    events: events(view).text,
  };
}

const replayForm = ([from, to]: readonly [number, number]): Markup =>
  html`<form id="replay" aria-label="Replay">
    <button type="button" id="play" aria-pressed="false">Play</button>
    <input
      id="moment"
      type="range"
      min="${from}"
      max="${to}"
      step="100"
      value="${to}"
      aria-label="Moment of the release"
    />
    <output id="clock"></output>
  </form>`;

export interface WatchPageArgs {
  readonly view: WatchView;
  /** From the first to the last moment, milliseconds since the epoch, of a release that is replayed; live without. */
  readonly replay?: readonly [from: number, to: number];
}

/** The whole page, with everything that is known when it is asked for. */
export async function watchPage({ view, replay }: WatchPageArgs): Promise<string> {
  const { service, stable, canary, stack } = view;
  const now = await parts(view);
  const raw = (id: keyof Parts) => new Markup(now[id]);
  const body = html`<header class="watch">
      <h1>${service} <span>${stable} → ${canary}</span> on ${stack}</h1>
      <span id="live" role="status">${replay === undefined ? 'connecting' : 'replay'}</span>
      ${replay === undefined ? '' : replayForm(replay)}
      <div id="standing" aria-live="polite">${raw('standing')}</div>
      <nav id="track" aria-label="Steps of the release">${raw('track')}</nav>
    </header>
    <main class="watch">
      <section id="versions">${raw('versions')}</section>
      <section id="gate">${raw('gate')}</section>
      <section id="plots">${raw('plots')}</section>
      <section id="events">${raw('events')}</section>
    </main>
    <footer>Reads only; nothing here changes the release.</footer>`;
  return document({
    title: `${service} ${canary} on ${stack}`,
    body,
    moreStyle: watchStyle,
    served: { script: '/watch.js' },
  });
}
