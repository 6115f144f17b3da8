import { didYouMean, type Finding, type Problem } from '../../validation';
import { goRegexFinding } from '../table';
import { grokNames } from './grokNames';
import type { Pipeline, Step } from './script';

/** Tags every line of a container has; a field of the same name would stand beside them and confuse every query. */
const takenTags: ReadonlySet<string> = new Set([
  'host',
  'service',
  'source',
  'container_id',
  'container_name',
  'image',
  'pod_name',
  'pod_ip',
  'namespace',
  'deployment',
]);

const words: ReadonlySet<string> = new Set('if elif else for in break continue nil true false'.split(' '));

const reference = /%\{([^}]*)\}/g;

function nameFinding(name: string): Finding | undefined {
  return /^[A-Za-z_]\w*$/.test(name) && !words.has(name)
    ? undefined
    : [
        `is ${JSON.stringify(name)}, not a name`,
        'use letters, digits and underscores, a letter first, and no keyword',
      ];
}

const fieldFinding = (name: string): Finding | undefined =>
  nameFinding(name) ??
  (takenTags.has(name)
    ? [`sets ${name}, which is a tag of every line`, 'give the field another name, such as app_' + name]
    : undefined);

function patternFindings(pattern: string, known: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  for (const [, content = ''] of pattern.matchAll(reference)) {
    const parts = /^(\w+)(?::(\w+)(?::(?:string|str|float|int|bool))?)?$/.exec(content);
    if (parts === null) {
      findings.push([`has %{${content}}`, 'write %{PATTERN}, %{PATTERN:field} or %{PATTERN:field:type}']);
      continue;
    }
    const [, name = '', field] = parts;
    if (!known.has(name)) {
      findings.push([
        `uses %{${name}}, which is not known here`,
        didYouMean(name, [...known], `add the pattern ${name} in a step before`),
      ]);
    }
    const finding = field === undefined ? undefined : fieldFinding(field);
    if (finding !== undefined) findings.push(finding);
  }
  const finding = goRegexFinding(pattern.replaceAll(reference, '(?:x)'));
  return finding === undefined ? findings : [...findings, finding];
}

/** What each kind of step reads and sets. */
function keysOf(step: Step): { readonly reads: readonly string[]; readonly sets: readonly string[] } {
  switch (step.do) {
    case 'addPattern':
      return { reads: [], sets: [] };
    case 'grok':
      return { reads: [step.input], sets: [] };
    case 'json':
      return {
        reads: [step.input, ...step.path.split('.')],
        sets: [step.as ?? step.path.split('.').at(-1)!],
      };
    case 'rename':
      return { reads: [step.from], sets: [step.to] };
    case 'groupBetween':
      return { reads: [step.key], sets: [step.as] };
    case 'setTag':
    case 'cast':
    case 'dropKey':
    case 'defaultTime':
      return { reads: [step.key], sets: [] };
  }
}

function stepProblems(steps: readonly Step[], path: string, outer: ReadonlySet<string>): Problem[] {
  const known = new Set(outer);
  const at = (place: string, findings: readonly (Finding | undefined)[]): Problem[] =>
    findings.flatMap((found) =>
      found === undefined ? [] : [{ path: place, problem: found[0], remedy: found[1] }],
    );
  return steps.flatMap((step, index): Problem[] => {
    const place = `${path}[${index}]`;
    const { reads, sets } = keysOf(step);
    const problems = at(place, [...reads.map(nameFinding), ...sets.map(fieldFinding)]);
    if (step.do === 'addPattern') {
      problems.push(...at(`${place}.pattern`, patternFindings(step.pattern, known)));
      problems.push(
        ...at(`${place}.name`, [
          nameFinding(step.name),
          known.has(step.name)
            ? [`is ${step.name}, which is known already and stays as it is`, 'choose another name']
            : undefined,
        ]),
      );
      known.add(step.name);
    }
    if (step.do === 'grok') {
      problems.push(...at(`${place}.pattern`, patternFindings(step.pattern, known)));
      problems.push(...stepProblems(step.then ?? [], `${place}.then`, known));
      problems.push(...stepProblems(step.otherwise ?? [], `${place}.otherwise`, known));
    }
    if (step.do === 'groupBetween' && step.from > step.to) {
      problems.push(...at(place, [[`goes from ${step.from} down to ${step.to}`, 'swap the limits']]));
    }
    return problems;
  });
}

/** Everything in a script at which DataKit would stop, or which would not do what it looks like. */
export const pipelineProblems = (pipeline: Pipeline, path: string): Problem[] =>
  stepProblems(pipeline.steps, `${path}.steps`, grokNames);
