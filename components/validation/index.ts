export { formatProblems, ProblemsError, type Problem } from './problems';
