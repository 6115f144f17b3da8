import { ProblemsError } from '../../validation';
import { pipelineProblems } from './check';
import type { Pipeline, Step } from './script';

/** A text as the script's language reads it: in double quotes, backslashes doubled. */
const quoted = (value: string): string => JSON.stringify(value);

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function grokLines(step: Extract<Step, { do: 'grok' }>): string[] {
  const call = `grok(${step.input}, ${quoted(step.pattern)})`;
  const { then = [], otherwise = [] } = step;
  if (then.length === 0 && otherwise.length === 0) return [call];
  if (then.length === 0) return [`if !${call} {`, ...indented(otherwise.flatMap(lines)), '}'];
  const matched = [`if ${call} {`, ...indented(then.flatMap(lines))];
  return otherwise.length === 0
    ? [...matched, '}']
    : [...matched, '} else {', ...indented(otherwise.flatMap(lines)), '}'];
}

function lines(step: Step): string[] {
  switch (step.do) {
    case 'addPattern':
      return [`add_pattern(${quoted(step.name)}, ${quoted(step.pattern)})`];
    case 'grok':
      return grokLines(step);
    case 'json':
      return [`json(${[step.input, step.path, ...(step.as === undefined ? [] : [step.as])].join(', ')})`];
    case 'rename':
      return [`rename(${step.to}, ${step.from})`];
    case 'setTag':
      return [`set_tag(${step.key})`];
    case 'cast':
      return [`cast(${step.key}, ${quoted(step.type)})`];
    case 'groupBetween':
      return [`group_between(${step.key}, [${step.from}, ${step.to}], ${quoted(step.value)}, ${step.as})`];
    case 'dropKey':
      return [`drop_key(${step.key})`];
    case 'defaultTime':
      return [`default_time(${step.key}${step.timezone === undefined ? '' : `, ${quoted(step.timezone)}`})`];
  }
}

/**
 * The script of a pipeline in DataKit's language.
 * @throws ProblemsError naming every step DataKit would stop at.
 */
export function renderPipeline(pipeline: Pipeline, path = 'pipeline'): string {
  const problems = pipelineProblems(pipeline, path);
  if (problems.length > 0) throw new ProblemsError(path, problems);
  return `${pipeline.steps.flatMap(lines).join('\n')}\n`;
}
