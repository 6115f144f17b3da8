export { closest, didYouMean } from './closest';
export { imageFinding } from './image';
export { isMap } from './maps';
export { labelFinding, MAX_LABEL_LENGTH, serviceNameFinding, type Finding } from './names';
export { joinPath } from './paths';
export { formatProblems, ProblemsError, type Problem } from './problems';
export { quantityFinding } from './quantity';
export { failure, success, type Result } from './result';
export { examine, rule, rules, type Examined, type Examples, type Located } from './schema';
