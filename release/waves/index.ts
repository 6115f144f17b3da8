export { planWaves, type Wave } from './plan';
export { gravest, runWaves, stackLine, type StackResult, type WavesOutcome, type WavesRun } from './run';
