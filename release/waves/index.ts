export { planWaves } from './plan';
export { runWaves, stackLine, type WavesOutcome } from './run';
